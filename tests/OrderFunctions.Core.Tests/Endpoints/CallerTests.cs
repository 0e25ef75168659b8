using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints;
using OrderFunctions.Hosting;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>Who a caller without a key is: the same for webhooks and clicks, behind ASP.NET Core's own middleware.</summary>
public sealed class CallerTests
{
    [Theory]
    // Without a proxy nobody's word counts.
    [InlineData(null, "X-Forwarded-For", "203.0.113.1", "198.51.100.7")]
    [InlineData(null, "X-Forwarded-For", null, "198.51.100.7")]
    [InlineData("", "X-Forwarded-For", "203.0.113.1", "198.51.100.7")]
    // What stands before the proxy's entry, or in another header, a browser may have written.
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "203.0.113.1", "203.0.113.1")]
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "10.9.9.9, 203.0.113.1", "203.0.113.1")]
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "10.9.9.9,, 203.0.113.1:51234", "203.0.113.1")]
    [InlineData("X-Azure-ClientIP", "X-Forwarded-For", "10.9.9.9", "198.51.100.7")]
    [InlineData("X-Azure-ClientIP", "X-Azure-ClientIP", "203.0.113.1", "203.0.113.1")]
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "2001:db8::1", "2001:db8::1")]
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "[2001:db8::1]:51234", "2001:db8::1")]
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "::ffff:203.0.113.1", "203.0.113.1")]
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "unknown", "198.51.100.7")]
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "203.0.113.1, unknown", "198.51.100.7")]
    [InlineData("X-Forwarded-For", "X-Forwarded-For", "", "198.51.100.7")]
    public async Task A_caller_is_whom_the_proxy_in_front_names_if_there_is_one(
        string? setting,
        string header,
        string? said,
        string address
    ) => Assert.Equal(address, await AddressAsync(setting, "198.51.100.7", header, said));

    [Theory]
    // The Functions host writes the header anew with whom its request came from (Azure/azure-functions-host#11254).
    [InlineData(null, "X-Forwarded-For", "203.0.113.1", "203.0.113.1")]
    [InlineData(null, "X-Forwarded-For", "10.9.9.9, 203.0.113.1", "203.0.113.1")]
    // Behind Front Door that is Front Door, which names the visitor elsewhere.
    [InlineData("X-Azure-ClientIP", "X-Azure-ClientIP", "203.0.113.1", "203.0.113.1")]
    public async Task In_Azure_the_worker_s_own_middleware_believes_the_Functions_host(
        string? setting,
        string header,
        string said,
        string address
    ) => Assert.Equal(address, await AddressAsync(setting, "127.0.0.1", header, said, WorkersOwn));

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:203.0.113.9", "203.0.113.9")]
    [InlineData("2001:db8:1:2:3:4:5:6", "20010DB800010002")]
    [InlineData("2001:db8:1:2::9", "20010DB800010002")]
    public void Of_IPv6_a_whole_network_is_one_caller(string address, string caller)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);

        Assert.Equal(caller, CallerLimit.CallerOf(context.Request));
    }

    // As ConfigureFunctionsWebApplication does.
    private static void WorkersOwn(ForwardedHeadersOptions options) => options.ForwardedHeaders = ForwardedHeaders.All;

    private static async Task<string> AddressAsync(
        string? setting,
        string remote,
        string header,
        string? said,
        Action<ForwardedHeadersOptions>? configure = null
    )
    {
        var services = new ServiceCollection().AddLogging().Configure(configure ?? (_ => { }));
        services.AddOrderFunctions(
            new ConfigurationBuilder()
                .AddInMemoryCollection([KeyValuePair.Create("Storefront:ClientAddressHeader", setting)])
                .Build()
        );
        await using var container = services.BuildServiceProvider();
        var app = new ApplicationBuilder(container);
        app.UseForwardedHeaders();
        var context = new DefaultHttpContext { RequestServices = container };
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Headers[header] = said;
        await app.Build()(context);
        return $"{CallerLimit.AddressOf(context.Request)}";
    }
}
