using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Pages;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>The redirect page with the settings of a shop that wants no visitor to see an error.</summary>
public sealed class RetrackEndpointTests
{
    private const string Click = "625fae10-1eb0-11eb-adc1-0242ac120002";
    private const string Home = "https://shop.example/";

    private static readonly RedirectOptions Options = new()
    {
        AllowedHosts = ["shop.example"],
        Home = new Uri(Home),
        CookieDomain = "shop.example",
    };

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("/shoes")]
    [InlineData("shoes.html")]
    [InlineData("//shop.example/shoes")]
    [InlineData("https://evil.example/")]
    [InlineData("https://shop.example.evil.example/")]
    [InlineData("javascript:alert(1)")]
    public void A_broken_or_foreign_deeplink_leads_home_with_the_click(string? deeplink)
    {
        var (location, cookie) = Redirected(Options, ("click", Click), ("deeplink", deeplink));

        Assert.Equal(Home, location);
        Assert.Contains(Click, cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("{click}")]
    [InlineData("625fae10")]
    [InlineData("x\r\nSet-Cookie: a=b")]
    public void A_bad_click_leads_home_without_a_cookie(string? click)
    {
        var (location, cookie) = Redirected(Options, ("click", click), ("deeplink", "https://shop.example/shoes"));

        Assert.Equal((Home, ""), (location, cookie));
    }

    [Fact]
    public void The_cookie_is_for_the_whole_domain_of_the_shop_for_10_days() =>
        Assert.Equal(
            (
                "https://shop.example/shoes?a=b",
                $"retrack_click={Click}; max-age=864000; domain=shop.example; path=/; secure; samesite=lax"
            ),
            Redirected(Options, ("click", Click), ("deeplink", "https://shop.example/shoes?a=b"))
        );

    [Fact]
    public void The_click_can_be_added_to_the_address_for_pages_that_the_cookie_does_not_reach()
    {
        var options = new RedirectOptions { AllowedHosts = ["shop.example"], AppendClick = true };

        var (location, _) = Redirected(options, ("click", Click), ("deeplink", "https://shop.example/shoes?a=b#red"));

        Assert.Equal($"https://shop.example/shoes?a=b&click={Click}#red", location);
    }

    private static (string Location, string Cookie) Redirected(
        RedirectOptions options,
        params (string Name, string? Value)[] query
    )
    {
        var context = new DefaultHttpContext();
        var given = query.Where(each => each.Value is not null);
        context.Request.QueryString = QueryString.Create(
            given.Select(each => KeyValuePair.Create(each.Name, each.Value))
        );
        var result = Assert.IsType<RedirectHttpResult>(new RetrackEndpoint(options).Redirect(context.Request));
        return (result.Url, context.Response.Headers.SetCookie.ToString());
    }
}
