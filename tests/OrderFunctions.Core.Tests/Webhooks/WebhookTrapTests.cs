using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Storefronts;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.Core.Tests.Webhooks;

/// <summary>What the platforms' documents make easy to get wrong in receiving; MappingTrapTests has those about mapping.</summary>
public sealed class WebhookTrapTests : WebhookTest
{
    private const string OrderId = "450789469001";

    [Fact]
    public async Task Trap_1_two_webhooks_of_one_Shopify_event_are_both_told()
    {
        foreach (var status in new[] { "pending", "paid" })
        {
            var body = Shopify(order => order["financial_status"] = status);
            await PostShopifyAsync(body, change: request => request.Headers["X-Shopify-Event-Id"] = "98880550-7158");
            await Rig.DrainAsync();
        }

        Assert.Equal(OrderStatus.Paid, (await Rig.EntryAsync("duel", OrderId)).Version.Status);
    }

    [Fact]
    public async Task Trap_2_two_orders_of_one_delivery_id_are_both_told()
    {
        foreach (var id in new[] { 1, 2 })
        {
            await PostWooCommerceAsync(
                WooCommerce(order => order["id"] = id),
                change: request => request.Headers["X-WC-Webhook-Delivery-ID"] = "4b6b5b0d8f2f"
            );
        }

        await Rig.DrainAsync();
        foreach (var id in new[] { "1", "2" })
        {
            Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel", id)).State);
        }
    }

    [Fact]
    public async Task Trap_3_WooCommerces_ping_gets_exactly_200()
    {
        Assert.Equal(200, await PingAsync("webhook_id=12"));
        Assert.Equal(401, await PingAsync("webhook_id=12&order=1"));
        Assert.Equal(401, await PingAsync("webhook_id="));
        Assert.Empty(Rig.Bus.BusyQueues);

        Task<int> PingAsync(string form) =>
            PostAsync(
                "woocommerce",
                Encoding.UTF8.GetBytes(form),
                request => request.ContentType = "application/x-www-form-urlencoded"
            );
    }

    [Theory]
    [InlineData("""{"id":450789469001,"total_price":"1.00"}""", "order 450789469001")]
    [InlineData("[]", "order unknown")]
    [InlineData("<order/>", "$: is not JSON")]
    [InlineData("", "$: is not JSON")]
    public async Task Trap_4_what_can_t_be_mapped_is_answered_200_and_parked_with_the_reason(string body, string words)
    {
        Assert.Equal(200, await PostShopifyAsync(body));

        var parked = await ParkedAsync();
        Assert.Equal((null, DeadLetterReasons.Rejected), (parked.Provider, parked.Reason));
        Assert.StartsWith(
            "The webhook could not be mapped: shopify orders/updated of my-shop.myshopify.com, order ",
            parked.Description,
            StringComparison.Ordinal
        );
        Assert.Contains(words, parked.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trap_6_a_payload_of_megabytes_makes_a_small_order_event()
    {
        var body = WooCommerce(order =>
            order
                .Items("meta_data")
                .Add((JsonNode)new JsonObject { ["key"] = "_plugin", ["value"] = new string('x', 4_000_000) })
        );

        Assert.Equal(200, await PostWooCommerceAsync(body));

        await Rig.DrainAsync();
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel", "727")).State);
    }

    [Fact]
    public async Task Trap_6_an_order_that_is_too_large_as_an_event_is_parked_and_not_refused()
    {
        var body = WooCommerce(order =>
        {
            var line = order.Line(0);
            foreach (var _ in Enumerable.Range(0, 2000))
            {
                order.Items("line_items").Add(line.DeepClone());
            }
        });

        Assert.Equal(200, await PostWooCommerceAsync(body));

        var parked = await ParkedAsync();
        Assert.Equal("727", parked.OrderId);
        Assert.Contains("had more bytes than a message holds", parked.Description, StringComparison.Ordinal);
        Assert.Contains("has 2002 items; at most 1000 are taken", parked.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trap_19_an_order_that_is_updated_for_no_visible_reason_is_not_told_again()
    {
        var placedAt = Now();
        await PostShopifyAsync(Shopify());
        await Rig.DrainAsync();
        var told = Rig.Sandbox.State.Received().Count;

        Rig.Time.Advance(TimeSpan.FromMinutes(1));
        await PostShopifyAsync(
            Shopify(order =>
            {
                order["processed_at"] = placedAt;
                order["tags"] = "vip";
            })
        );
        await Rig.DrainAsync();

        Assert.Equal(told, Rig.Sandbox.State.Received().Count);
    }

    [Fact]
    public async Task Trap_23_headers_that_nobody_signed_change_nothing()
    {
        var body = Shopify();
        await PostShopifyAsync(body);
        await Rig.DrainAsync();
        var told = Rig.Sandbox.State.Received().Count;

        await PostShopifyAsync(
            body,
            "orders/cancelled",
            change: request =>
            {
                request.Headers["X-Shopify-Triggered-At"] = "2027-01-01T00:00:00.000000000Z";
                request.Headers["X-Shopify-Shop-Domain"] = "another-shop.myshopify.com";
            }
        );
        await Rig.DrainAsync();

        Assert.Equal((4, told), (told, Rig.Sandbox.State.Received().Count));
    }
}
