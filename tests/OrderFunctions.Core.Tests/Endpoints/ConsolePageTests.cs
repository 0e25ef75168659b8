using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints.Pages;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>What the console does is tested by OrderFunctions.Browser.Tests, in a browser.</summary>
public sealed partial class ConsolePageTests
{
    [Fact]
    public async Task The_page_may_run_its_own_script_and_style_and_nothing_else()
    {
        var response = await GetAsync();
        var page = await ReadAsync(response);
        var policy = $"{response.Headers.ContentSecurityPolicy}"
            .Split("; ")
            .ToDictionary(directive => directive.Split(' ')[0], directive => directive[(directive.IndexOf(' ') + 1)..]);

        Assert.Equal("'none'", policy["default-src"]);
        Assert.Equal(Hash(Script().Match(page)), policy["script-src"]);
        Assert.Equal(Hash(Style().Match(page)), policy["style-src"]);
        Assert.Equal("'self'", policy["connect-src"]);
        Assert.All(["base-uri", "form-action", "frame-ancestors"], name => Assert.Equal("'none'", policy[name]));
        Assert.Equal(("'script'", "'none'"), (policy["require-trusted-types-for"], policy["trusted-types"]));
        Assert.Equal("no-referrer", $"{response.Headers["Referrer-Policy"]}");
    }

    [Fact]
    public async Task The_page_is_whole_and_loads_nothing()
    {
        var page = await ReadAsync(await GetAsync());

        Assert.DoesNotContain("<!-- console", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", page, StringComparison.Ordinal);
        Assert.Empty(Loading().Matches(page).Select(match => match.Value));
    }

    [Fact]
    public async Task A_browser_asks_each_time_and_gets_the_page_again_only_where_it_has_changed()
    {
        var first = await GetAsync();
        var again = await GetAsync($"{first.Headers.ETag}");

        Assert.Equal((200, "text/html; charset=utf-8"), (first.StatusCode, first.ContentType));
        Assert.Equal("no-cache", $"{first.Headers.CacheControl}");
        Assert.Equal((304, ""), (again.StatusCode, await ReadAsync(again)));
    }

    private static string Hash(Match element) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Groups[1].Value)))}'";

    private static async Task<string> ReadAsync(HttpResponse response)
    {
        response.Body.Position = 0;
        return await new StreamReader(response.Body).ReadToEndAsync();
    }

    private static async Task<HttpResponse> GetAsync(string? ifNoneMatch = null)
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
        };
        context.Request.Method = "GET";
        context.Request.Headers.IfNoneMatch = ifNoneMatch;
        context.Response.Body = new MemoryStream();
        await ConsolePage.Get(context.Response).ExecuteAsync(context);
        return context.Response;
    }

    [GeneratedRegex("<script type=\"module\">(.*)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(.*)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    // An address of elsewhere, but for the names of SVG's own vocabulary.
    [GeneratedRegex(@"(src=|@import|import\(|https?://(?!www\.w3\.org/2000/svg))[^\s]*")]
    private static partial Regex Loading();
}
