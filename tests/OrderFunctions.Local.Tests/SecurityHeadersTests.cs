using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Journaling;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>What every answer tells browsers, and that pages of other origins get no more than they are meant to.</summary>
public sealed class SecurityHeadersTests : IAsyncLifetime
{
    private const string Key = "a-key-for-this-test";
    private const string Shop = "https://shop.example";
    private const string Stranger = "https://evil.example";

    private LocalSystem _system = null!;

    public async Task InitializeAsync() =>
        _system = await LocalSystem.StartAsync(
            settings:
            [
                "--Local:ApiKey",
                Key,
                "--Redirect:AllowedHosts:0",
                "shop.example",
                "--Storefront:AllowedOrigins:0",
                Shop,
                "--Gallery:Enabled",
                "true",
            ]
        );

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Theory]
    [InlineData("GET", "console", null, 200)]
    [InlineData("GET", "attribution.js", null, 200)]
    [InlineData("GET", "openapi.json", null, 200)]
    [InlineData("GET", "health/ready", null, 200)]
    [InlineData("GET", "api/overview", Key, 200)]
    [InlineData(
        "GET",
        "retrack?click=625fae10-1eb0-11eb-adc1-0242ac120002&deeplink=https%3A%2F%2Fshop.example%2F",
        null,
        302
    )]
    [InlineData("GET", "retrack", null, 400)]
    [InlineData("POST", "api/orders", Key, 415)]
    [InlineData("GET", "api/overview", null, 401)]
    [InlineData("POST", "clicks", null, 403)]
    [InlineData("GET", "nowhere", null, 404)]
    [InlineData("PUT", "console", null, 405)]
    public async Task Every_answer_says_that_it_is_what_it_says_it_is_and_runs_and_frames_nothing(
        string method,
        string path,
        string? key,
        int status
    )
    {
        using var answer = await SendAsync(method, path, key);

        Assert.Equal(status, (int)answer.StatusCode);
        AssertHeaders(answer);
        var mayBeKept = (path, status) is ("console" or "attribution.js", 200);
        // Nothing keeps the answer to another method anyway, and a click's is not read by the page that sent it.
        Assert.Equal(!mayBeKept && method == "GET", answer.Headers.CacheControl?.NoStore ?? false);
    }

    [Fact]
    public async Task So_does_what_nobody_foresaw()
    {
        _system.Host.Services.GetRequiredService<Journal>().Dispose();

        using var answer = await SendAsync("POST", "api/orders", Key, content: new ByteArrayContent(Samples.Utf8()));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        AssertHeaders(answer);
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task A_page_of_another_origin_may_read_no_answer()
    {
        foreach (var (path, method, _) in OpenApiDocument.Load().Operations)
        {
            using var asked = await SendAsync(method, path, Key, Stranger);
            AssertClosed(asked, $"{method} {path}");
            using var before = await SendAsync("OPTIONS", path, key: null, Stranger);
            AssertClosed(before, $"OPTIONS {path}");
        }
    }

    [Fact]
    public async Task A_page_of_the_shop_s_may_read_the_answers_of_clicks_and_the_gallery_alone()
    {
        var open = new List<string>();
        foreach (var (path, method, _) in OpenApiDocument.Load().Operations)
        {
            using var answer = await SendAsync(method, path, Key, Shop);
            if (answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins))
            {
                Assert.Equal([Shop], origins);
                Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
                open.Add($"{method} {path}");
            }
        }

        Assert.Equal(["GET /gallery", "OPTIONS /clicks", "POST /clicks"], open.Order(StringComparer.Ordinal));
    }

    private static void AssertHeaders(HttpResponseMessage answer)
    {
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"), $"{answer.Headers}");
    }

    private static void AssertClosed(HttpResponseMessage answer, string call) =>
        Assert.True(
            !answer.Headers.Any(header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)),
            $"{call} lets a strange page in: {answer.Headers}"
        );

    private async Task<HttpResponseMessage> SendAsync(
        string method,
        string path,
        string? key,
        string? origin = null,
        HttpContent? content = null
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (content is not null)
        {
            content.Headers.ContentType = new("application/json");
        }

        if (key is not null)
        {
            request.Headers.Add(ApiKeys.Header, key);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await _system.Http.SendAsync(request);
    }
}
