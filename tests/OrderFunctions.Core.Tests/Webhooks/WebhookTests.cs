using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Endpoints;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Storefronts;
using OrderFunctions.TestKit;
using OrderFunctions.Webhooks;

namespace OrderFunctions.Core.Tests.Webhooks;

public sealed class WebhookTests : WebhookTest
{
    private const string OrderId = "450789469001";

    protected override (string Key, string? Value)[] Settings => [("Webhooks:Shopify:Shops:0", "outlet")];

    [Fact]
    public async Task An_order_of_either_platform_is_told_to_every_provider()
    {
        Assert.Equal(200, await PostShopifyAsync(Shopify()));
        Assert.Equal(200, await PostWooCommerceAsync(WooCommerce()));
        await Rig.DrainAsync();

        foreach (var provider in Samples.ProviderNames)
        {
            Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(provider, OrderId)).State);
            Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(provider, "727")).State);
        }
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_in_body_or_signature_does_not_verify()
    {
        const string body = """{"id":1,"test":true}""";
        var utf8 = Encoding.UTF8.GetBytes(body);
        var secrets = new WebhookSecrets(Rig.Secrets);
        var storefront = new OrderFunctions.Storefronts.Shopify.ShopifyStorefront(new());
        var signature = WebhookSecrets.Signature(Sign(body, ShopifySecret))!;
        Assert.NotNull(await secrets.FindSignerAsync(storefront, utf8, signature, default));

        foreach (var bytes in new[] { utf8, signature })
        {
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True(
                    await secrets.FindSignerAsync(storefront, utf8, signature, default) is null,
                    $"bit {bit} of {bytes.Length} bytes"
                );
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Theory]
    // Shopify/shopify-app-js, packages/apps/shopify-api/lib: webhooks/__tests__/validate.test.ts, __tests__/test-config.ts.
    [InlineData("shopify", "test_secret_key", """{"foo": "bar"}""", "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=")]
    // woocommerce/woocommerce, plugins/woocommerce/tests/legacy/unit-tests/webhooks/crud.php: a webhook without a secret.
    [InlineData("woocommerce", "", "secret", "GBDo00G55h6IiV+6CxqivQPLbI//KzaOZm747971tPs=")]
    public async Task The_signatures_that_the_platforms_themselves_publish_verify(
        string platform,
        string secret,
        string body,
        string published
    )
    {
        Rig.SecretStore[$"webhook-{platform}"] = secret;
        var storefront = Rig.Services.GetRequiredService<StorefrontCatalog>().Get(platform)!;

        var signer = await new WebhookSecrets(Rig.Secrets).FindSignerAsync(
            storefront,
            Encoding.UTF8.GetBytes(body),
            WebhookSecrets.Signature(published)!,
            default
        );

        Assert.NotNull(signer);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=")]
    public async Task A_bad_signature_gets_a_401_and_nothing_is_taken(string? signature)
    {
        Assert.Equal(
            401,
            await PostShopifyAsync(Shopify(), change: request => request.Headers["X-Shopify-Hmac-Sha256"] = signature)
        );
        Assert.Empty(Rig.Bus.BusyQueues);
    }

    [Fact]
    public async Task While_a_secret_is_rotated_both_are_good()
    {
        Rig.SecretStore["webhook-shopify"] = "new";
        Rig.SecretStore["webhook-shopify-previous"] = ShopifySecret;

        Assert.Equal(200, await PostShopifyAsync(Shopify(), secret: "new"));
        Assert.Equal(200, await PostShopifyAsync(Shopify(), secret: ShopifySecret));
        Assert.Equal(401, await PostShopifyAsync(Shopify(), secret: "another"));
    }

    [Fact]
    public async Task A_secret_that_need_not_be_there_is_no_outage()
    {
        Assert.Equal(401, await PostShopifyAsync(Shopify(), secret: "another"));

        Assert.DoesNotContain("secret.unavailable", $"{Rig.Log}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_further_shop_has_a_secret_of_its_own()
    {
        Assert.Equal(200, await PostShopifyAsync(Shopify(), secret: OutletSecret));

        await Rig.DrainAsync();
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel", OrderId)).State);
    }

    [Fact]
    public async Task Where_no_secret_is_to_be_had_the_platform_is_to_try_again()
    {
        Rig.SecretStore.Failure = new CredentialUnavailableException("The vault is down.") { IsOutage = true };

        Assert.Equal(503, await PostShopifyAsync(Shopify()));
    }

    [Theory]
    [InlineData("orders/edited")]
    [InlineData("refunds/create")]
    [InlineData("app/uninstalled")]
    public async Task Topics_that_are_no_orders_are_taken_and_ignored(string topic)
    {
        Assert.Equal(200, await PostShopifyAsync("""{"id":1}""", topic));
        Assert.Empty(Rig.Bus.BusyQueues);
    }

    [Fact]
    public async Task An_address_of_many_bad_signatures_is_not_listened_to_and_others_are()
    {
        for (var i = 0; i < CallerLimit.Most; i++)
        {
            Assert.Equal(401, await FromAsync("203.0.113.9", "wrong"));
        }

        Assert.Equal(429, await FromAsync("203.0.113.9", "wrong"));
        Assert.Equal(429, await FromAsync("203.0.113.9", ShopifySecret));
        Assert.Equal(200, await FromAsync("203.0.113.10", ShopifySecret));

        Task<int> FromAsync(string address, string secret) =>
            PostShopifyAsync(
                Shopify(),
                secret: secret,
                change: request => request.HttpContext.Connection.RemoteIpAddress = IPAddress.Parse(address)
            );
    }

    [Fact]
    public async Task A_body_beyond_5_MB_is_too_large_and_is_not_hashed()
    {
        var fetches = Rig.SecretStore.Fetches;

        Assert.Equal(413, await PostShopifyAsync(new string(' ', WebhookEndpoints.MostBytes + 1)));
        Assert.Equal(fetches, Rig.SecretStore.Fetches);
    }

    [Fact]
    public async Task Thousands_of_hostile_bodies_are_all_refused_and_nothing_is_kept_of_them()
    {
        var random = new Random(RandomOrder.Seed);
        for (var i = 0; i < EnvironmentNumber.Of("HOSTILE_BODIES", 2_000); i++)
        {
            var body = new byte[random.Next(2_000)];
            random.NextBytes(body);
            var status = await PostAsync(
                i % 2 == 0 ? "shopify" : "woocommerce",
                body,
                request =>
                {
                    request.HttpContext.Connection.RemoteIpAddress = new IPAddress(random.Next());
                    request.Headers["X-Shopify-Hmac-Sha256"] = Convert.ToBase64String(new byte[32]);
                    request.Headers["X-WC-Webhook-Signature"] = Encoding.Latin1.GetString(
                        body[..Math.Min(44, body.Length)]
                    );
                    request.ContentType = i % 3 == 0 ? "application/x-www-form-urlencoded" : "application/json";
                }
            );
            Assert.True(status is 401 or 429, $"body {i} of seed {RandomOrder.Seed} was answered {status}");
        }

        Assert.Empty(Rig.Bus.BusyQueues);
    }

    [Fact]
    public async Task Signed_nonsense_is_parked_and_never_a_500()
    {
        var random = new Random(RandomOrder.Seed);
        var whole = Shopify();
        for (var i = 0; i < 300; i++)
        {
            // An order of which something is cut out or put in the wrong place.
            var from = random.Next(whole.Length);
            var body = whole.Remove(from, random.Next(whole.Length - from)).Insert(random.Next(from + 1), $"{i}");
            Assert.Equal(200, await PostShopifyAsync(body));
        }

        await Rig.DrainAsync();
        Assert.DoesNotContain("delivery.failed", $"{Rig.Log}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parked_webhook_keeps_its_body_and_is_mapped_anew_when_it_is_replayed()
    {
        // An order of tomorrow, by our clock, which was wrong.
        var body = Shopify(order =>
            order["updated_at"] = Rig.Time.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null)
        );
        Assert.Equal(200, await PostShopifyAsync(body));
        var parked = await ParkedAsync();
        Assert.Equal(OrderId, parked.OrderId);
        Assert.Contains("is in the future", parked.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("alex@example.com", parked.Description, StringComparison.Ordinal);

        Rig.Time.Advance(TimeSpan.FromHours(1));
        await Rig.Bus.ReplayAsync(new ParkedFilter(OrderId: OrderId), 1, default);
        await Rig.DrainAsync();

        Assert.Empty(await Rig.ParkedAsync());
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel", OrderId)).State);
    }

    [Fact]
    public async Task A_deleted_order_is_cancelled_where_it_was_told()
    {
        await PostWooCommerceAsync(WooCommerce());
        await Rig.DrainAsync();
        Rig.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(200, await PostWooCommerceAsync("""{"id":727}""", "order.deleted"));

        await Rig.DrainAsync();
        foreach (var provider in Samples.ProviderNames)
        {
            Assert.Equal(OrderStatus.Cancelled, (await Rig.EntryAsync(provider, "727")).Version.Status);
        }

        Assert.Empty(await Rig.ParkedAsync());
    }
}
