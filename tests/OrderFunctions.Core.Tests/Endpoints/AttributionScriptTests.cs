using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Pages;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>What the script does in a browser is tested by OrderFunctions.Browser.Tests, which needs one.</summary>
public sealed class AttributionScriptTests
{
    [Fact]
    public async Task The_minified_script_is_made_from_its_source()
    {
        // As a checkout on Windows may have it, too.
        var source = Source().ReplaceLineEndings("\n");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));

        var served = Encoding.UTF8.GetString(Bytes(await GetAsync()));

        Assert.True(
            served.StartsWith($"/* attribution.js {hash} */", StringComparison.Ordinal),
            $"attribution.js has changed: make attribution.min.js anew, as CONTRIBUTING.md says. It begins with {served[..85]}, and the source's hash is {hash}."
        );
    }

    [Fact]
    public async Task The_script_has_at_most_3_KB_compressed()
    {
        var script = Bytes(await GetAsync());
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(script);
        }

        Assert.InRange(compressed.Length, 1, 3 * 1024);
    }

    [Fact]
    public async Task The_script_is_kept_by_the_browser_and_not_sent_again_while_it_is_the_same()
    {
        var first = await GetAsync();
        var tag = first.Headers.ETag.ToString();
        var again = await GetAsync(tag);
        var other = await GetAsync("\"another\"");

        Assert.Equal((200, "text/javascript; charset=utf-8"), (first.StatusCode, first.ContentType));
        Assert.Equal("public, max-age=3600", $"{first.Headers.CacheControl}");
        Assert.Equal((304, tag), (again.StatusCode, $"{again.Headers.ETag}"));
        Assert.Empty(Bytes(again));
        Assert.Equal(200, other.StatusCode);
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
        await AttributionScript.Get(context.Response).ExecuteAsync(context);
        return context.Response;
    }

    private static byte[] Bytes(HttpResponse response) => ((MemoryStream)response.Body).ToArray();

    private static string Source()
    {
        using var stream = typeof(AttributionScriptTests).Assembly.GetManifestResourceStream("attribution.js")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
