using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrderFunctions.Hosting;

namespace OrderFunctions.Local.Tests;

/// <summary>How much, how long and how slowly anyone may ask.</summary>
public sealed class RequestLimitsTests
{
    private static readonly string[] Proxied =
    [
        "--Local:ApiKeys:storefront",
        "key-one",
        "--Local:ApiKeys:erp",
        "key-two",
        "--Storefront:ClientAddressHeader",
        "X-Forwarded-For",
    ];

    [Fact]
    public async Task A_key_that_asks_too_often_gets_a_429_with_Retry_After_and_the_others_do_not()
    {
        await using var system = await LocalSystem.StartAsync(null, [.. Proxied, "--Local:KeyRequestsPerMinute", "2"]);

        Assert.Equal(200, await StatusAsync(system, "api/overview", "key-one"));
        Assert.Equal(200, await StatusAsync(system, "api/parked", "key-one"));
        using var refused = await SendAsync(system, "api/overview", "key-one");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(200, await StatusAsync(system, "api/overview", "key-two"));
        Assert.Equal(200, await StatusAsync(system, "console", "key-one"));
    }

    [Fact]
    public async Task An_address_that_asks_too_often_gets_a_429_whatever_its_key_and_health_is_not_counted()
    {
        await using var system = await LocalSystem.StartAsync(
            null,
            [.. Proxied, "--Local:AddressRequestsPerMinute", "2"]
        );

        Assert.Equal(401, await StatusAsync(system, "api/overview", "wrong", "203.0.113.1"));
        Assert.Equal(200, await StatusAsync(system, "console", null, "203.0.113.1"));
        Assert.Equal(429, await StatusAsync(system, "api/overview", "key-one", "203.0.113.1"));
        Assert.Equal(200, await StatusAsync(system, "health/live", null, "203.0.113.1"));
        // The last entry is the proxy's own; those before it anybody may have written.
        Assert.Equal(429, await StatusAsync(system, "api/overview", "key-one", "198.51.100.7, 203.0.113.1"));
        Assert.Equal(200, await StatusAsync(system, "api/overview", "key-one", "203.0.113.2"));
        // Of IPv6 a subscriber has a whole network.
        Assert.Equal(200, await StatusAsync(system, "console", null, "2001:db8::1"));
        Assert.Equal(200, await StatusAsync(system, "console", null, "2001:db8::2"));
        Assert.Equal(429, await StatusAsync(system, "console", null, "2001:db8::3"));
    }

    [Fact]
    public async Task Without_the_settings_nobody_is_held_up()
    {
        await using var system = await LocalSystem.StartAsync(null, Proxied);

        for (var request = 0; request < 200; request++)
        {
            Assert.Equal(200, await StatusAsync(system, "api/parked/jobs", "key-one"));
        }
    }

    [Fact]
    public async Task A_limit_below_one_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(null, "--Local:KeyRequestsPerMinute", "0", "--Local:AddressRequestsPerMinute", "-1")
        );

        Assert.Equal(
            [
                "Local__KeyRequestsPerMinute is 0; it must be at least 1.",
                "Local__AddressRequestsPerMinute is -1; it must be at least 1.",
            ],
            error.Problems
        );
    }

    // Kestrel's own: an update that loosens one of them is to be seen here.
    [Fact]
    public async Task Slow_callers_and_long_headers_are_cut_off()
    {
        await using var system = await LocalSystem.StartAsync();
        var limits = system.Host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal(TimeSpan.FromSeconds(30), limits.RequestHeadersTimeout);
        Assert.Equal(TimeSpan.FromSeconds(130), limits.KeepAliveTimeout);
        Assert.Equal(
            (240, 5),
            (limits.MinRequestBodyDataRate!.BytesPerSecond, limits.MinRequestBodyDataRate.GracePeriod.TotalSeconds)
        );
        Assert.Equal(
            (240, 5),
            (limits.MinResponseDataRate!.BytesPerSecond, limits.MinResponseDataRate.GracePeriod.TotalSeconds)
        );
        using var longHeader = await SendAsync(system, "console", new string('x', 33 * 1024));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, longHeader.StatusCode);
        using var manyHeaders = new HttpRequestMessage(HttpMethod.Get, "console");
        for (var header = 0; header <= limits.MaxRequestHeaderCount; header++)
        {
            manyHeaders.Headers.Add($"x-{header}", "x");
        }

        using var many = await system.Http.SendAsync(manyHeaders);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, many.StatusCode);
        using var longLine = await SendAsync(system, $"console?{new string('x', 9 * 1024)}", null);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, longLine.StatusCode);
    }

    private static async Task<int> StatusAsync(LocalSystem system, string path, string? key, string? caller = null)
    {
        using var answer = await SendAsync(system, path, key, caller);
        return (int)answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(
        LocalSystem system,
        string path,
        string? key,
        string? caller = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
        {
            request.Headers.Add(ApiKeys.Header, key);
        }

        if (caller is not null)
        {
            request.Headers.Add("X-Forwarded-For", caller);
        }

        return await system.Http.SendAsync(request);
    }
}
