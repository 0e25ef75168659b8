using System.Text.Json.Nodes;
using OrderFunctions.TestKit;

namespace OrderFunctions.Browser.Tests.Attribution;

public sealed class ClickTests(Chromium chromium, Shop shop) : AttributionTest(chromium, shop)
{
    [ChromiumFact]
    public async Task AvantLink_gets_the_click_and_three_pages_and_a_webhook_later_the_order_with_the_same_ids()
    {
        await VisitAsync(Landing, referer: "https://blog.example/");
        await VisitAsync("/shoes/red");
        await VisitAsync("/cart");
        var click = (await Shop.ReceivedAsync("click", 1))[0];

        var order = Samples.Json(name: "webhooks/shopify-order");
        var now = TimeProvider.System.GetUtcNow().ToString("O");
        foreach (var name in new[] { "created_at", "processed_at", "updated_at" })
        {
            order[name] = now;
        }

        order["landing_site"] = "/";
        // Shopify makes note_attributes of the cart's attributes.
        order["note_attributes"] = new JsonArray([
            .. Shop.Cart.Select(each => new JsonObject { ["name"] = each.Key, ["value"] = each.Value }),
        ]);
        await Shop.TellByShopifyAsync(order);
        var told = (await Shop.ReceivedAsync("order", 1))[0];

        Assert.Equal(Token, click.GetProperty("tracking_ids").GetProperty("avantlink_avad").GetString());
        Assert.Equal(click.GetProperty("tracking_ids").GetRawText(), told.GetProperty("tracking_ids").GetRawText());
        foreach (var each in new[] { click, told })
        {
            Assert.Equal("g-1", each.GetProperty("google_click_id").GetString());
        }

        Assert.Equal(Shop.Url + Landing, click.GetProperty("current_url").GetString());
        Assert.Equal(
            await Page.EvaluateAsync<string>("navigator.userAgent"),
            click.GetProperty("user_agent").GetString()
        );
        Assert.Equal($"{Shop.Url}/cart", told.GetProperty("current_url").GetString());
        Assert.Equal(("nick.t.4", Click), (Shop.Cart["_duel_a"], Shop.Cart["_retrack_click"]));
        // Once, not from every page.
        Assert.Single(Shop.Received("click"));
        Assert.Single(Reports);
    }

    [ChromiumFact]
    public async Task What_is_kept_stays_as_long_as_the_platforms_say_readable_by_the_shop_alone()
    {
        await VisitAsync(Landing);

        var kept = await CookiesAsync();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(
            ["of_avad", "of_duel_a", "of_gclid", "of_told", "of_vid", "retrack_click"],
            kept.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal((30, 10), (Days("of_avad"), Days("retrack_click")));
        Assert.All(kept.Values, cookie => Assert.Equal("Lax localhost", $"{cookie.SameSite} {cookie.Domain}"));

        int Days(string name) => (int)Math.Round((kept[name].Expires - now) / 86400.0);
    }

    [ChromiumFact]
    public async Task A_visitor_who_came_by_no_link_leaves_no_trace()
    {
        await VisitAsync("/shoes?utm_source=letter&click=here");
        await VisitAsync("/cart");

        await AssertNothingIsKeptOrSentAsync();
        Assert.Equal("{}", (await AttributionAsync()).ToJsonString());
    }

    [ChromiumFact]
    public async Task A_later_link_counts_and_is_told_of_too()
    {
        await VisitAsync(Landing);
        await VisitAsync("/hats?avad=88_other");

        Assert.Equal(
            [Token, "88_other"],
            (await Shop.ReceivedAsync("click", 2)).Select(click =>
                click.GetProperty("tracking_ids").GetProperty("avantlink_avad").GetString()
            )
        );
        Assert.Equal("88_other", Shop.Cart["_avad"]);
    }

    [ChromiumFact]
    public async Task The_click_of_the_redirect_page_is_in_the_attribution()
    {
        SetTag("data-consent=\"given\"");
        // Over http a browser takes no Secure cookie; behind the shop's own domain there is https.
        await Context.AddCookiesAsync([
            new()
            {
                Name = "retrack_click",
                Value = Click,
                Domain = "localhost",
                Path = "/",
            },
        ]);
        await VisitAsync("/shoes");

        Assert.Equal(Click, (await AttributionAsync())["retrackClick"]!.GetValue<string>());
        // AvantLink has nothing to do with it.
        Assert.Empty(Reports);
    }

    [ChromiumFact]
    public async Task A_click_that_did_not_arrive_is_told_from_the_next_page()
    {
        var times = 0;
        await Page.RouteAsync(
            "**/clicks",
            route => IsReport(route.Request) && times++ == 0 ? route.AbortAsync() : route.ContinueAsync()
        );
        await VisitAsync(Landing);
        // The browser itself writes of a connection that fails.
        Assert.Equal("Failed to load resource: net::ERR_FAILED", Assert.Single(Troubles));
        Troubles.Clear();
        Assert.Empty(Shop.Received("click"));

        await VisitAsync("/cart");

        var click = (await Shop.ReceivedAsync("click", 1))[0];
        Assert.Equal(Token, click.GetProperty("tracking_ids").GetProperty("avantlink_avad").GetString());
    }

    [ChromiumTheory]
    [InlineData("document.cookie = 'of_avad=%E0%A4%A';", "data-consent=\"shopify\"", true)]
    [InlineData(
        "delete window.fetch; window.fetch = undefined;",
        "data-consent=\"shopify\" data-cart=\"shopify\"",
        true
    )]
    [InlineData("window.Shopify = { customerPrivacy: {} };", "data-consent=\"shopify\"")]
    [InlineData(
        "Object.defineProperty(document, 'cookie', { get() { throw Error('no'); } });",
        "data-consent=\"given\""
    )]
    [InlineData("", "data-consent=\"given\" data-clicks=\"http://\" data-days=\"x\" data-cart=\"y\"")]
    [InlineData("window.orderFunctions = {};", "data-consent=\"given\"")]
    public async Task A_page_where_something_is_broken_goes_on_as_ever(
        string head,
        string attributes,
        bool hasShopify = false
    )
    {
        SetTag(attributes);
        Shop.Head = head + (hasShopify ? Shopify(isAllowed: true) : "");
        await VisitAsync(Landing);

        Assert.Equal("/shoes", await Page.TextContentAsync("p"));
    }
}
