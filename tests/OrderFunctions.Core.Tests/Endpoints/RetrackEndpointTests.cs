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

    // The attacks that public lists of open redirects have, with this shop's host and the attacker's.
    [Theory]
    [InlineData("//evil.example")]
    [InlineData("///evil.example")]
    [InlineData("////evil.example/..")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\\/evil.example")]
    [InlineData("/\tevil.example")]
    [InlineData("/%09/evil.example")]
    [InlineData("//evil%E3%80%82example")]
    [InlineData("evil.example")]
    [InlineData(".evil.example")]
    [InlineData("@evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("https:/evil.example")]
    [InlineData("https:///evil.example")]
    [InlineData("https:\\\\evil.example")]
    [InlineData("https:/\\evil.example")]
    [InlineData("https://\\evil.example")]
    [InlineData("https://shop.example@evil.example")]
    [InlineData("https://shop.example:443@evil.example")]
    [InlineData("https://shop.example%40evil.example")]
    [InlineData("https://shop.example%2f@evil.example")]
    [InlineData("https://evil.example@shop.example/")]
    [InlineData("https://shop.example\\@evil.example")]
    [InlineData("https://evil.example\\@shop.example")]
    [InlineData("https://evil.example\\.shop.example")]
    [InlineData("https://evil.example#@shop.example")]
    [InlineData("https://evil.example?@shop.example")]
    [InlineData("https://evil.example/shop.example")]
    [InlineData("https://evil.example;.shop.example")]
    [InlineData("https://shop.example.evil.example")]
    [InlineData("https://shop.example%00.evil.example")]
    [InlineData("https://shop.example\0.evil.example")]
    [InlineData("https://shop.example\t.evil.example")]
    [InlineData("https://shop.example\n.evil.example")]
    [InlineData("https://shop.example%0d%0a.evil.example")]
    [InlineData("https://shop.example .evil.example")]
    [InlineData("https://shopXexample")]
    [InlineData("https://notshop.example")]
    [InlineData("https://any.shop.example")]
    [InlineData("https://shop.example.")]
    [InlineData("https://shop.example:99999/")]
    [InlineData("https://evil。example")]
    [InlineData("https://shop.example\u2044evil.example")]
    [InlineData("https://evil.example\u2044shop.example")]
    [InlineData("https://evil.example\uFF0Fshop.example")]
    [InlineData("https://evil.example\uFF03@shop.example")]
    [InlineData("https://\u017Fhop.example")]
    [InlineData("https://sh\u043Ep.example")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://2130706433/")]
    [InlineData("ht\ttps://shop.example")]
    [InlineData("\u0001https://shop.example")]
    [InlineData("javascript:alert(1)//https://shop.example")]
    [InlineData("javascript://shop.example/%0aalert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("java\nscript:alert(1)")]
    [InlineData("data:text/html,<script>alert(1)</script>")]
    [InlineData("data://shop.example/,x")]
    [InlineData("vbscript:msgbox(1)")]
    [InlineData("file://shop.example/etc/passwd")]
    [InlineData("ftp://shop.example/")]
    [InlineData("blob:https://shop.example/1")]
    [InlineData("view-source:https://shop.example")]
    [InlineData("https%3A%2F%2Fevil.example")]
    [InlineData("<>//evil.example")]
    public void An_open_redirect_attack_leads_home(string deeplink) =>
        Assert.Equal(Home, Redirected(Options, ("click", Click), ("deeplink", deeplink)).Location);

    // Where it does lead to the shop, a browser must read the same host out of it, and one header.
    [Theory]
    [InlineData("https://shop.example/\r\nSet-Cookie: a=b", "https://shop.example/%0D%0ASet-Cookie:%20a=b")]
    [InlineData("https://shop.example/%0d%0aLocation:%20x", "https://shop.example/%0d%0aLocation:%20x")]
    [InlineData("https://shop.example//evil.example", "https://shop.example//evil.example")]
    [InlineData("https://shop.example/..//evil.example", "https://shop.example//evil.example")]
    [InlineData("https://shop.example/\\evil.example", "https://shop.example//evil.example")]
    [InlineData("https://shop.example?@evil.example", "https://shop.example/?@evil.example")]
    [InlineData("https://shop.example#@evil.example", "https://shop.example/#@evil.example")]
    [InlineData("https://shop。example/skor", "https://shop.example/skor")]
    [InlineData("HTTPS://SHOP.EXAMPLE/Skor", "https://shop.example/Skor")]
    [InlineData("https://shop.example/rött?färg=å#ä", "https://shop.example/r%C3%B6tt?f%C3%A4rg=%C3%A5#%C3%A4")]
    public void What_leads_to_the_shop_leads_nowhere_else_in_any_browser(string deeplink, string location) =>
        Assert.Equal(location, Redirected(Options, ("click", Click), ("deeplink", deeplink)).Location);

    // A header takes ASCII only: a host with other letters was a 500.
    [Theory]
    [InlineData("müller.example", "https://müller.example/schuhe?größe=42")]
    [InlineData("müller.example", "https://xn--mller-kva.example/schuhe?größe=42")]
    [InlineData("xn--mller-kva.example", "https://müller.example/schuhe?größe=42")]
    public void A_shop_s_name_with_letters_beyond_ASCII_is_the_same_in_either_spelling(string allowed, string deeplink)
    {
        var options = new RedirectOptions { AllowedHosts = [allowed], Home = new Uri("https://müller.example/") };

        Assert.Equal(
            "https://xn--mller-kva.example/schuhe?gr%C3%B6%C3%9Fe=42",
            Redirected(options, ("click", Click), ("deeplink", deeplink)).Location
        );
        Assert.Equal(
            "https://xn--mller-kva.example/",
            Redirected(options, ("click", Click), ("deeplink", "https://evil.example")).Location
        );
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
