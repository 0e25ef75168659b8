using Microsoft.Extensions.Configuration;
using OrderFunctions.Hosting;

namespace OrderFunctions.Core.Tests.Hosting;

/// <summary>Webhooks__X__...: what is wrong stops the start with a sentence.</summary>
public sealed class WebhookSettingsTests
{
    [Theory]
    [InlineData(
        "Shopify:OrderId",
        "number",
        "Webhooks__Shopify__OrderId is 'number'; it must be id or name or order_number."
    )]
    [InlineData("WooCommerce:OrderId", "name", "Webhooks__WooCommerce__OrderId is 'name'; it must be id or number.")]
    [InlineData("Shopify:Money", "euros", "Webhooks__Shopify__Money is 'euros'; it must be Shop or Presentment.")]
    [InlineData(
        "Shopify:Shops:0",
        "my.shop",
        "Webhooks__Shopify__Shops__0 is 'my.shop'; it must be 1 to 32 small letters, digits and dashes, and not end in previous: it stands in a secret's name."
    )]
    [InlineData(
        "Shopify:Shops:0",
        "previous",
        "Webhooks__Shopify__Shops__0 is 'previous'; it must be 1 to 32 small letters, digits and dashes, and not end in previous: it stands in a secret's name."
    )]
    [InlineData("Shopfy:Enabled", "true", "Webhooks__Shopfy is no setting; did you mean Webhooks__Shopify?")]
    [InlineData(
        "Shopify:Enabeld",
        "true",
        "Webhooks__Shopify__Enabeld is no setting; did you mean Webhooks__Shopify__Enabled?"
    )]
    [InlineData(
        "WooCommerce:ApiUrl",
        "http://shop.example",
        "Webhooks__WooCommerce__ApiUrl is 'http://shop.example/'; it must be the shop's https address, such as https://shop.example."
    )]
    [InlineData(
        "WooCommerce:ShopApiUrls:0",
        "outlet=https://outlet.example",
        "Webhooks__WooCommerce__ShopApiUrls__0 is 'outlet=https://outlet.example'; it must begin with the name of a shop that Webhooks__WooCommerce__Shops has, such as outlet=https://shop.example."
    )]
    public void What_is_wrong_is_told(string setting, string value, string sentence) =>
        Assert.Equal([sentence], Problems(_ => true, (setting, value)));

    [Fact]
    public void Each_shop_s_secret_must_be_there_and_a_misspelt_one_is_named()
    {
        Assert.Equal(
            [
                "Credentials__webhook-shopify is missing: Webhooks__Shopify is enabled and needs it. Is it Credentials__webhook-shopfy, misspelt?",
                "Credentials__webhook-shopify-outlet is missing: Webhooks__Shopify is enabled and needs it.",
            ],
            Problems(_ => false, ("Shopify:Enabled", "true"), ("Shopify:Shops:0", "outlet"))
        );
        // A platform that is off needs none, and of a vault only a later fetch can tell.
        Assert.Empty(Problems(_ => false, ("Shopify:Shops:0", "outlet")));
        Assert.Empty(Problems(null, ("Shopify:Enabled", "true")));
    }

    [Fact]
    public void Where_a_shop_s_API_is_asked_its_key_must_be_there()
    {
        Assert.Equal(
            [
                "Credentials__woocommerce-consumer-key is missing: Webhooks__WooCommerce is enabled and needs it.",
                "Credentials__woocommerce-consumer-secret-outlet is missing: Webhooks__WooCommerce is enabled and needs it.",
            ],
            Problems(
                name => name is not ("woocommerce-consumer-key" or "woocommerce-consumer-secret-outlet"),
                ("WooCommerce:Enabled", "true"),
                ("WooCommerce:ApiUrl", "https://shop.example/blog"),
                ("WooCommerce:Shops:0", "outlet"),
                ("WooCommerce:ShopApiUrls:0", "outlet=https://outlet.example")
            )
        );
    }

    [Fact]
    public void A_shop_stands_there_once() =>
        Assert.Equal(
            ["Webhooks__WooCommerce__Shops__1 is 'outlet', which stands there twice."],
            Problems(_ => true, ("WooCommerce:Shops:0", "outlet"), ("WooCommerce:Shops:1", "outlet"))
        );

    private static List<string> Problems(Func<string, bool>? hasSecret, params (string Name, string Value)[] settings)
    {
        var problems = new List<string>();
        var all = settings.Select(each => KeyValuePair.Create<string, string?>($"Webhooks:{each.Name}", each.Value));
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([.. all, new("Credentials:webhook-shopfy", "x")])
            .Build();
        new WebhookSettings(configuration, hasSecret).Read(problems);
        return problems;
    }
}
