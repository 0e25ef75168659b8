using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Tests.Functions;

/// <summary>Webhooks on the Functions app, with Service Bus as its bus.</summary>
public sealed class WebhookRouteTests : IAsyncLifetime
{
    private FunctionsRig _rig = null!;

    public async Task InitializeAsync() => _rig = await FunctionsRig.StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData("ShopifyWebhook", "shopify-order", "X-Shopify", "orders/updated", "updated_at", "450789469001")]
    [InlineData("WooCommerceWebhook", "woocommerce-order", "X-WC-Webhook", "order.updated", "date_modified_gmt", "727")]
    public async Task An_order_is_told_to_every_provider(
        string function,
        string sample,
        string header,
        string topic,
        string time,
        string orderId
    )
    {
        var path = Path.Combine(AppContext.BaseDirectory, "samples", "webhooks", $"{sample}.json");
        var payload = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        payload[time] = _rig.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);

        Assert.Equal(200, await PostAsync(function, payload.ToJsonString(), header, topic));

        await _rig.DrainAsync();
        foreach (var provider in Samples.ProviderNames)
        {
            var entry = await _rig.Ledger.FindAsync(orderId, provider, default);
            Assert.Equal(DeliveryState.Delivered, entry!.State);
        }
    }

    [Fact]
    public async Task What_can_t_be_mapped_is_parked_and_parked_again_when_it_is_replayed()
    {
        Assert.Equal(200, await PostAsync("ShopifyWebhook", """{"id":1001}""", "X-Shopify", "orders/paid"));
        await _rig.DrainAsync();

        await AssertParkedAsync();
        await _rig.CallAsync("ReplayParked", "{}"u8.ToArray());
        await _rig.DrainAsync();
        await AssertParkedAsync();

        async Task AssertParkedAsync()
        {
            var answer = await _rig.CallAsync("ListParked");
            var page = await JsonDocument.ParseAsync(answer.Body);
            var parked = Assert.Single(page.RootElement.GetProperty("items").EnumerateArray());
            Assert.Equal("1001", parked.GetProperty("orderId").GetString());
            Assert.StartsWith(
                "The webhook could not be mapped: shopify orders/paid of an unnamed shop, order 1001. ",
                parked.GetProperty("description").GetString(),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_bad_signature_gets_a_401()
    {
        Assert.Equal(401, await PostAsync("ShopifyWebhook", "{}", "X-Shopify", "orders/paid", secret: "another"));
        Assert.Equal(401, (await _rig.CallAsync("WooCommerceWebhook", "{}"u8.ToArray())).StatusCode);
        Assert.Empty(_rig.Broker.Due);
    }

    private async Task<int> PostAsync(
        string function,
        string body,
        string header,
        string topic,
        string secret = FunctionsRig.WebhookSecret
    )
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), utf8));
        var answer = await _rig.CallAsync(
            function,
            utf8,
            change: request =>
            {
                request.Headers[header == "X-Shopify" ? "X-Shopify-Hmac-Sha256" : $"{header}-Signature"] = signature;
                request.Headers[$"{header}-Topic"] = topic;
            }
        );
        return answer.StatusCode;
    }
}
