using System.Net;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Pages;

namespace OrderFunctions.Core.Tests.Endpoints;

public sealed class ClickLimitsTests
{
    [Theory]
    // Without a proxy nobody's word counts.
    [InlineData(0, "203.0.113.1", "198.51.100.7")]
    [InlineData(0, null, "198.51.100.7")]
    // What stands before the last proxies' entries a browser may have written.
    [InlineData(1, "203.0.113.1", "203.0.113.1")]
    [InlineData(1, "10.9.9.9, 203.0.113.1", "203.0.113.1")]
    [InlineData(1, "10.9.9.9, 203.0.113.1:51234", "203.0.113.1")]
    [InlineData(2, "10.9.9.9, 203.0.113.1, 192.0.2.8:443", "203.0.113.1")]
    [InlineData(1, "2001:db8::1", "2001:db8::1")]
    [InlineData(1, "[2001:db8::1]:51234", "2001:db8::1")]
    [InlineData(1, "::ffff:203.0.113.1", "203.0.113.1")]
    [InlineData(2, "203.0.113.1", null)]
    [InlineData(1, "unknown", null)]
    [InlineData(1, "", null)]
    [InlineData(1, null, null)]
    public void Whose_browser_asks_is_what_the_farthest_of_our_proxies_says(int proxies, string? said, string? address)
    {
        using var limits = new ClickLimits(new StorefrontOptions { Proxies = proxies });
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("198.51.100.7");
        context.Request.Headers["X-Forwarded-For"] = said;

        Assert.Equal(address, limits.AddressOf(context.Request)?.ToString());
    }
}
