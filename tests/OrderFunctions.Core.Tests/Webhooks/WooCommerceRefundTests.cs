using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Storefronts;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;
using OrderFunctions.Webhooks;

namespace OrderFunctions.Core.Tests.Webhooks;

/// <summary>
/// What came back of an order at WooCommerce, with the shop's REST API. The order: two caps of 18.00 + 3.60, three stickers
/// of 10.00 + 2.00 together, shipping 5.00 + 1.00: 61.20.
/// </summary>
public sealed class WooCommerceRefundTests : WebhookTest, IAsyncLifetime
{
    private const string Estimate =
        "PartiallyRefunded 39.6 EUR: goods 29.76 [2xCAP=23.29+4.66 3x23=6.47+1.29], tax 6.6, shipping 3.24+0.65, fees 0";

    private WooCommerceApi _api = null!;

    protected override (string Key, string? Value)[] Settings =>
        [("Webhooks:WooCommerce:ApiUrl", $"{_api.Url}"), ("Webhooks:WooCommerce:Shops:0", "outlet")];

    async Task IAsyncLifetime.InitializeAsync()
    {
        _api = await WooCommerceApi.StartAsync();
        await InitializeAsync();
        Rig.SecretStore["webhook-woocommerce-outlet"] = "another";
        Rig.SecretStore["woocommerce-consumer-key"] = WooCommerceApi.Key;
        Rig.SecretStore["woocommerce-consumer-secret"] = WooCommerceApi.Secret;
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Of_one_cap_that_came_back_all_are_told_exactly()
    {
        _api.Refund(1, "21.60", ("line_items", 315, 1, "18.00", "3.60"));

        Assert.Equal(200, await PostWooCommerceAsync(Refunded("-21.60")));
        // The webhook's answer waits for no shop.
        Assert.Equal(0, _api.Calls);
        Assert.Equal(
            "PartiallyRefunded 39.6 EUR: goods 28 [1xCAP=18+3.6 3x23=10+2], tax 6.6, shipping 5+1, fees 0",
            await ToldAsync()
        );
        await Rig.DrainAsync();
        var told = FourRequests.Of(Rig.Sandbox.State.Received());
        Assert.Equal("1 CAP at 18.00, 2 23 at 3.33, 1 23 at 3.34", string.Join(", ", told.KatalysLines.Take(3)));
        Assert.Equal(39.60m, told.Duel!.Value.GetProperty("total").GetDecimal());
    }

    [Fact]
    public async Task Shipping_that_came_back_is_shipping()
    {
        _api.Refund(1, "6.00", ("shipping_lines", 317, 0, "5.00", "1.00"));

        await PostWooCommerceAsync(Refunded("-6.00"));

        Assert.Equal(
            "PartiallyRefunded 55.2 EUR: goods 46 [2xCAP=36+7.2 3x23=10+2], tax 9.2, shipping 0+0, fees 0",
            await ToldAsync()
        );
    }

    [Fact]
    public async Task Several_refunds_add_up_and_money_without_goods_is_told_in_proportion()
    {
        _api.Refund(1, "21.60", ("line_items", 315, 1, "18.00", "3.60"));
        _api.Refund(2, "12.00", ("line_items", 316, 3, "10.00", "2.00"));
        // Of 27.60 that are left (a cap, and shipping) a third is handed back.
        _api.Refund(3, "9.20");

        await PostWooCommerceAsync(Refunded("-21.60", "-12.00", "-9.20"));

        Assert.Equal(
            "PartiallyRefunded 18.4 EUR: goods 12 [1xCAP=12+2.4], tax 3.07, shipping 3.33+0.67, fees 0",
            await ToldAsync()
        );
    }

    [Fact]
    public async Task What_the_shop_withheld_of_a_return_leaves_an_estimate()
    {
        // Both caps came back; 10.00 of their 43.20 stayed with the shop, for whatever reason.
        _api.Refund(1, "33.20", ("line_items", 315, 2, "36.00", "7.20"));

        await PostWooCommerceAsync(Refunded("-33.20"));

        Assert.StartsWith("PartiallyRefunded 28 EUR: goods 21.04 [2xCAP", await ToldAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refund_that_came_after_the_webhook_is_not_told_with_it()
    {
        _api.Refund(1, "21.60", ("line_items", 315, 1, "18.00", "3.60"));
        _api.Refund(2, "12.00", ("line_items", 316, 3, "10.00", "2.00"));

        await PostWooCommerceAsync(Refunded("-21.60"));

        Assert.StartsWith("PartiallyRefunded 39.6 EUR: goods 28 [1xCAP", await ToldAsync(), StringComparison.Ordinal);
    }

    public static TheoryData<string> Outages =>
        ["down", "refused", "no key", "login page", "lacks the refund", "moved"];

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task While_the_shop_does_not_say_it_is_asked_again_and_then_the_estimate_is_told(string outage)
    {
        if (outage != "lacks the refund")
        {
            _api.Refund(1, "21.60", ("line_items", 315, 1, "18.00", "3.60"));
        }

        _api.Outage = outage switch
        {
            "down" => Results.StatusCode(503),
            "login page" => Results.Text("<html>Log in</html>", "text/html"),
            "moved" => Results.Redirect("/elsewhere"),
            _ => null,
        };
        Rig.SecretStore["woocommerce-consumer-secret"] = outage == "refused" ? "cs_wrong" : WooCommerceApi.Secret;
        Rig.SecretStore["woocommerce-consumer-key"] = outage == "no key" ? null! : WooCommerceApi.Key;

        await PostWooCommerceAsync(Refunded("-21.60"));
        await Rig.DrainAsync();
        await Rig.AdvanceAsync(WebhookIntake.ApiDelays[0]);
        Assert.Empty(Rig.Calls("duel"));
        await Rig.AdvanceAsync(WebhookIntake.ApiDelays[1]);

        var told = FourRequests.Of(Rig.Sandbox.State.Received());
        Assert.Equal(39.60m, told.Duel!.Value.GetProperty("total").GetDecimal());
        Assert.Single(Rig.Log.Lines, line => line.Contains("webhook.estimated", StringComparison.Ordinal));
        // A redirect is not followed: it would get the key.
        Assert.Equal(outage == "no key" ? 0 : 1 + WebhookIntake.ApiDelays.Count, _api.Calls);
        Assert.Empty(await Rig.ParkedAsync());
        Assert.DoesNotContain(WooCommerceApi.Secret, $"{Rig.Log}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shop_that_is_back_in_time_is_told_exactly()
    {
        _api.Refund(1, "21.60", ("line_items", 315, 1, "18.00", "3.60"));
        _api.Outage = Results.StatusCode(500);
        await PostWooCommerceAsync(Refunded("-21.60"));
        await Rig.DrainAsync();
        _api.Outage = null;

        await Rig.AdvanceAsync(WebhookIntake.ApiDelays[0]);

        Assert.Equal(
            39.60m,
            FourRequests.Of(Rig.Sandbox.State.Received()).Duel!.Value.GetProperty("total").GetDecimal()
        );
        Assert.DoesNotContain("webhook.estimated", $"{Rig.Log}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shop_whose_address_is_not_set_is_not_asked()
    {
        await PostWooCommerceAsync(
            Refunded("-21.60"),
            change: request => request.Headers["X-WC-Webhook-Signature"] = Sign(Refunded("-21.60"), "another")
        );

        Assert.Equal(Estimate, await ToldAsync());
        Assert.Equal(0, _api.Calls);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("1/../../../users")]
    [InlineData("1?x=")]
    [InlineData("")]
    public async Task A_shop_is_asked_for_nothing_but_an_order_s_refunds(string id)
    {
        await PostWooCommerceAsync(
            WooCommerce(order =>
            {
                order["id"] = id;
                order["refunds"] = WooCommerceMappingTests.Refunds("-21.60");
            })
        );
        await Rig.DrainAsync();

        Assert.Equal(0, _api.Calls);
    }

    [Fact]
    public async Task Orders_without_refunds_and_orders_that_came_to_nothing_need_no_question()
    {
        await PostWooCommerceAsync(WooCommerce());
        await PostWooCommerceAsync(Refunded("-61.20"));
        await Rig.DrainAsync();

        Assert.Equal(0, _api.Calls);
        Assert.NotEmpty(Rig.Calls("duel"));
    }

    private string Refunded(params string[] totals) =>
        WooCommerce(order => order["refunds"] = WooCommerceMappingTests.Refunds(totals));

    // The event as it comes to the topic.
    private async Task<string> ToldAsync()
    {
        while (Rig.Bus.BusyQueues.Contains(Entities.Inbound))
        {
            await Rig.HandleAsync(Entities.Inbound);
        }

        var message = Rig.Bus.TryReceive(Entities.QueueOf("duel"))!;
        await message.AbandonAsync(default);
        var body = message.Received.Message.Body;
        return new OrderEventReader(Samples.ProviderNames).Read(body, new ValidationErrors())!.Sums();
    }
}
