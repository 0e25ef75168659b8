using System.Net;
using System.Text;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Pages;
using OrderFunctions.Sandbox.AvantLink;

namespace OrderFunctions.Local.Tests;

/// <summary>The two doors for clicks: the page's, which has no key, and the server's.</summary>
public sealed class ClickTests : IAsyncLifetime
{
    private const string Shop = "https://shop.example";
    private const string FromPage =
        """{"avantLinkToken":"77_f3afbe121","visitorIds":["v-1"],"pageUrl":"https://shop.example/?avad=77_f3afbe121"}""";

    private LocalSystem _system = null!;

    public async Task InitializeAsync() =>
        _system = await LocalSystem.StartAsync(
            null,
            "--Local:ApiKey",
            "right",
            "--Storefront:AllowedOrigins:0",
            Shop,
            "--Storefront:AllowedOrigins:1",
            "http://localhost:3000",
            "--Storefront:ClientAddressHeader",
            "X-Forwarded-For"
        );

    public async Task DisposeAsync() => await _system.DisposeAsync();

    private IReadOnlyList<AvantLinkClick> Clicks => _system.Sandbox.Provider<AvantLinkApi>().Clicks;

    [Fact]
    public async Task A_page_of_the_shop_reports_a_click_without_a_key_and_the_request_says_who_asks()
    {
        using var response = await SendAsync(HttpMethod.Post, FromPage, forwardedFor: "10.0.0.1, 203.0.113.45:51234");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal([Shop], response.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["Origin"], response.Headers.Vary);
        await _system.IdleAsync();
        var body = Assert.Single(Clicks).Body;
        // Whom the proxy names, and not what the browser may have written before it.
        Assert.Equal("203.0.113.45", body.GetProperty("user_ip_address").GetString());
        Assert.Equal("Browser/1.0", body.GetProperty("user_agent").GetString());
        Assert.Equal("77_f3afbe121", body.GetProperty("tracking_ids").GetProperty("avantlink_avad").GetString());
    }

    // Found by fuzzing: such a click was accepted and then parked, where nobody mends it.
    [Fact]
    public async Task Control_characters_in_a_browser_s_name_are_left_out_before_the_click_is_accepted()
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _system.Host.Url.Port);
        var request =
            $"POST /clicks HTTP/1.1\r\nHost: localhost\r\nOrigin: {Shop}\r\nUser-Agent: Browser\u0001/1.0\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {FromPage.Length}\r\n\r\n{FromPage}";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(socket.GetStream());
        Assert.StartsWith("HTTP/1.1 202 ", await reader.ReadToEndAsync(), StringComparison.Ordinal);

        await _system.IdleAsync();
        Assert.Equal("Browser/1.0", Assert.Single(Clicks).Body.GetProperty("user_agent").GetString());
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://shop.example.evil.example")]
    [InlineData("http://shop.example")]
    [InlineData("https://shop.example:8443")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Pages_of_others_are_refused_and_their_browsers_told_so(string? origin)
    {
        using var preflight = await SendAsync(HttpMethod.Options, body: null, origin);
        using var post = await SendAsync(HttpMethod.Post, FromPage, origin);

        foreach (var response in new[] { preflight, post })
        {
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.DoesNotContain(
                response.Headers,
                header => header.Key.StartsWith("Access-", StringComparison.Ordinal)
            );
        }

        Assert.Empty(_system.BusyQueues);
        Assert.Empty(Clicks);
    }

    [Theory]
    [InlineData(Shop)]
    [InlineData("http://localhost:3000")]
    public async Task A_browser_s_preflight_is_answered_for_the_shop_s_pages(string origin)
    {
        using var response = await SendAsync(HttpMethod.Options, body: null, origin);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal([origin], response.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Equal(["Content-Type"], response.Headers.GetValues("Access-Control-Allow-Headers"));
        Assert.Contains(
            "POST",
            response.Headers.GetValues("Access-Control-Allow-Methods").Single(),
            StringComparison.Ordinal
        );
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("""{"avantLinkToken":"a","pageUrl":"https://shop.example/","userAgent":"x"}""")]
    [InlineData("""{"avantLinkToken":"a","pageUrl":"https://shop.example/","ipAddress":"203.0.113.1"}""")]
    [InlineData("""{"pageUrl":"https://shop.example/"}""")]
    public async Task A_page_cannot_speak_for_another_browser(string body)
    {
        using var response = await SendAsync(HttpMethod.Post, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        // The page's script may read why.
        Assert.Equal([Shop], response.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("203.0.113.45", "203.0.113.46")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    public async Task One_address_reports_only_so_many_clicks_a_minute(string address, string another)
    {
        for (var i = 0; i < CallerLimit.Most; i++)
        {
            using var taken = await SendAsync(HttpMethod.Post, "{}", forwardedFor: address);
            Assert.Equal(HttpStatusCode.BadRequest, taken.StatusCode);
        }

        // Of IPv6 a subscriber may take any address of a /64.
        var same = address.Replace("::1", "::2", StringComparison.Ordinal);
        using var refused = await SendAsync(HttpMethod.Post, FromPage, forwardedFor: same);
        using var others = await SendAsync(HttpMethod.Post, FromPage, forwardedFor: another);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.Accepted, others.StatusCode);
    }

    [Fact]
    public async Task A_click_of_more_than_16_KB_is_too_large()
    {
        using var response = await SendAsync(HttpMethod.Post, new string(' ', ClickEndpoints.MostBytes + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("right", 202)]
    public async Task The_shop_s_server_reports_clicks_with_the_key(string? key, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/clicks");
        request.Content = new StringContent(
            """{"userIds":["u-1"],"pageUrl":"https://shop.example/","userAgent":"Mozilla/5.0","ipAddress":"203.0.113.9"}""",
            Encoding.UTF8,
            "application/json"
        );
        request.Headers.TryAddWithoutValidation("x-functions-key", key);

        using var response = await _system.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        await _system.IdleAsync();
        Assert.Equal(status == 202 ? 1 : 0, Clicks.Count);
    }

    [Fact]
    public async Task Everybody_gets_the_script()
    {
        using var response = await _system.Http.GetAsync("attribution.js");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/javascript", response.Content.Headers.ContentType!.MediaType);
        using var again = new HttpRequestMessage(HttpMethod.Get, "attribution.js");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var unchanged = await _system.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string? body,
        string? origin = Shop,
        string? forwardedFor = null
    )
    {
        using var request = new HttpRequestMessage(method, "clicks");
        request.Headers.UserAgent.ParseAdd("Browser/1.0");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "content-type");
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await _system.Http.SendAsync(request);
    }
}
