using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrderFunctions.Endpoints;

namespace OrderFunctions.Core.Tests.Endpoints;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/api/orders/1001", "1001", "1001")]
    [InlineData("/api/orders/a%2Fb", "a%2Fb", "a/b")]
    [InlineData("/api/orders/a%252fb", "a%2fb", "a%2fb")]
    [InlineData("/api/orders/a%2Fb%252Fc/", "a%2Fb%2Fc", "a/b%2Fc")]
    [InlineData("/api/orders/%C3%A9%2F1?code=k%2F", "\u00e9%2F1", "\u00e9/1")]
    [InlineData("http://shop.example/api/orders/a%2Fb", "a%2Fb", "a/b")]
    [InlineData("/%61pi/orders/a%2Fb", "a%2Fb", "a%2Fb")]
    public void An_escaped_slash_in_an_orders_id_is_told_from_a_slash_by_the_raw_target(
        string rawTarget,
        string routed,
        string orderId
    )
    {
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = rawTarget;

        Assert.Equal(orderId, RequestPath.OrderId(context.Request, routed));
    }

    [Theory]
    [InlineData("/api/orders/a%2Fb/memory", "a%2Fb", "a/b")]
    [InlineData("/api/orders/a%252Fb/memory?code=k", "a%2Fb", "a%2Fb")]
    [InlineData("/api/orders/a%2Fmemory/Memory/", "a%2Fmemory", "a/memory")]
    [InlineData("/api/orders/a%2Fb/%6Demory", "a%2Fb", "a%2Fb")]
    public void What_comes_after_the_id_is_no_part_of_it(string rawTarget, string routed, string orderId)
    {
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = rawTarget;

        Assert.Equal(orderId, RequestPath.OrderId(context.Request, routed, RequestPath.Memory));
    }
}
