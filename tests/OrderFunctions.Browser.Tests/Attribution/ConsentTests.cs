namespace OrderFunctions.Browser.Tests.Attribution;

public sealed class ConsentTests(Chromium chromium, Shop shop) : AttributionTest(chromium, shop)
{
    [ChromiumFact]
    public async Task With_consent_refused_nothing_is_kept_and_nothing_is_sent()
    {
        Shop.Head = Shopify(isAllowed: false);
        await VisitAsync(Landing);
        await Page.EvaluateAsync("window.choose(false)");
        await VisitAsync("/cart");

        await AssertNothingIsKeptOrSentAsync();
        Assert.Equal(0, await Page.EvaluateAsync<int>("localStorage.length + sessionStorage.length"));
        Assert.Equal("{}", (await AttributionAsync()).ToJsonString());
        Assert.Empty(Shop.Received("click"));
    }

    [ChromiumFact]
    public async Task With_consent_given_on_the_landing_page_all_is_kept_and_sent_then_and_not_before()
    {
        Shop.Head = Shopify(isAllowed: false);
        await VisitAsync(Landing);
        await AssertNothingIsKeptOrSentAsync();

        await Page.EvaluateAsync("window.choose(true)");
        var click = (await Shop.ReceivedAsync("click", 1))[0];

        Assert.Equal(Token, click.GetProperty("tracking_ids").GetProperty("avantlink_avad").GetString());
        Assert.Equal(Token, Shop.Cart["_avad"]);
    }

    [ChromiumFact]
    public async Task With_consent_withdrawn_what_was_kept_is_gone_from_the_cart_too()
    {
        await VisitAsync(Landing);
        Assert.Equal(Token, Shop.Cart["_avad"]);

        await Page.RunAndWaitForResponseAsync(
            () => Page.EvaluateAsync("window.choose(false)"),
            response => response.Url.EndsWith("/cart/update.js", StringComparison.Ordinal)
        );

        Assert.Empty(await CookiesAsync());
        Assert.Empty(Shop.Cart);
    }

    [ChromiumFact]
    public async Task The_Customer_Privacy_API_is_loaded_where_the_page_has_not_done_it()
    {
        Shop.Head = """
            window.Shopify = { loadFeatures: (features, done) => setTimeout(() => {
              window.asked = features[0].name;
              window.Shopify.customerPrivacy = { marketingAllowed: () => true };
              done();
            }, 50) };
            """;
        await VisitAsync(Landing);

        Assert.Single(await Shop.ReceivedAsync("click", 1));
        Assert.Equal("consent-tracking-api", await Page.EvaluateAsync<string>("window.asked"));
    }

    [ChromiumFact]
    public async Task A_WooCommerce_shop_asks_the_WP_Consent_API_and_its_server_reads_the_cookies()
    {
        SetTag("data-consent=\"wordpress\"");
        Shop.Head =
            "window.allowed = false; window.wp_consent_type = 'optin'; window.wp_has_consent = (kind) => kind === 'marketing' && window.allowed;";
        await VisitAsync(Landing);
        await AssertNothingIsKeptOrSentAsync();

        await Page.EvaluateAsync(
            """
            window.allowed = true;
            document.dispatchEvent(new CustomEvent('wp_listen_for_consent_change', { detail: { marketing: 'allow' } }));
            """
        );
        await Shop.ReceivedAsync("click", 1);

        Assert.Equal(Token, (await CookiesAsync())["of_avad"].Value);
        Assert.Empty(Shop.Puts);
    }

    [ChromiumFact]
    public async Task The_WP_Consent_API_may_come_after_the_script()
    {
        SetTag("data-consent=\"wordpress\"");
        Shop.Head =
            "addEventListener('DOMContentLoaded', () => { window.wp_consent_type = 'optin'; window.wp_has_consent = () => true; });";
        await VisitAsync(Landing);

        Assert.Single(await Shop.ReceivedAsync("click", 1));
    }

    [ChromiumFact]
    public async Task The_WP_Consent_API_is_not_believed_before_a_consent_tool_has_said_its_type()
    {
        SetTag("data-consent=\"wordpress\"");
        Shop.Head =
            "window.wp_fallback_consent_type = ''; window.wp_has_consent = () => window.wp_consent_type !== 'optin';";
        await VisitAsync(Landing);
        await Page.EvaluateAsync(
            """
            window.wp_consent_type = 'optin';
            document.dispatchEvent(new CustomEvent('wp_consent_type_defined'));
            """
        );
        await AssertNothingIsKeptOrSentAsync();

        await Page.EvaluateAsync(
            """
            window.wp_has_consent = () => true;
            document.dispatchEvent(new CustomEvent('wp_consent_type_defined'));
            """
        );
        Assert.Single(await Shop.ReceivedAsync("click", 1));
    }

    [ChromiumFact]
    public async Task A_shop_of_one_s_own_tells_the_script_of_consent_and_asks_it_for_the_order_s_attribution()
    {
        SetTag("");
        Shop.Head = "";
        await VisitAsync(Landing);
        await AssertNothingIsKeptOrSentAsync();

        await Page.EvaluateAsync("window.orderFunctions.consent(true)");
        var click = (await Shop.ReceivedAsync("click", 1))[0];

        var attribution = (await AttributionAsync()).AsObject();
        Assert.Equal(
            click.GetProperty("tracking_ids").GetProperty("visitor_id").GetRawText(),
            attribution["visitorIds"]!.ToJsonString()
        );
        attribution.Remove("visitorIds");
        var expected = new Dictionary<string, string>
        {
            ["avantLinkToken"] = Token,
            ["retrackClick"] = Click,
            ["affiliate"] = "nick.t.4",
            ["googleClickId"] = "g-1",
            ["userAgent"] = await Page.EvaluateAsync<string>("navigator.userAgent"),
            ["pageUrl"] = Shop.Url + Landing,
            ["referrerUrl"] = "",
        };
        Assert.Equal(expected, attribution.ToDictionary(field => field.Key, field => field.Value!.GetValue<string>()));
    }
}
