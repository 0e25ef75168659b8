using System.Text.Json.Nodes;
using OrderFunctions.Core.Tests.Storefronts;

namespace OrderFunctions.Core.Tests.Webhooks;

/// <summary>
/// What a shop platform's payload makes the four platforms get, worked out by hand. Duel gets what the customer pays;
/// AvantLink, Retrack and Katalys' subtotal the goods, after discounts and without tax.
/// </summary>
public sealed class FourRequestsTests : WebhookTest
{
    private int _seen;

    // 140.00 of goods, 14.80 of tax of which 0.80 is on 8.00 of shipping. The shirts' 93.33, with 9.33 of tax, are two at
    // 46.66 and 46.67.
    [Fact]
    public async Task Shopify_with_tax_outside_and_a_code() =>
        await AssertToldAsync(
            Shopify(),
            "Duel: total 162.80",
            "AvantLink: subtotal 140.00: 1 TEE-M at 46.66, 1 TEE-M at 46.67, 1 MUG at 46.67",
            "Retrack: orderSum 14000, vatSum 1400, discountSum 0: 1 TEE-M at 4666+466, 1 TEE-M at 4667+467, 1 MUG at 4667+467",
            "Katalys: paid, sale 162.80, subtotal 140.00, shipping 8.00, tax 14.80: 1 TEE-M at 46.66, 1 TEE-M at 46.67, 1 MUG at 46.67"
        );

    // 90.16 with 8.20 of tax inside: 2 x 40.98.
    [Fact]
    public async Task Shopify_with_tax_inside() =>
        await AssertToldAsync(
            Shopify(ShopifyMappingTests.TaxInside),
            "Duel: total 90.16",
            "AvantLink: subtotal 81.96: 2 TEE-M at 40.98",
            "Retrack: orderSum 8196, vatSum 820, discountSum 0: 2 TEE-M at 4098+410",
            "Katalys: paid, sale 90.16, subtotal 81.96, shipping 0.00, tax 8.20: 2 TEE-M at 40.98"
        );

    // 90.16 less 10.00 is 80.16; 10 % inside is 7.29, so 72.87 of goods: 36.43 and 36.44.
    [Fact]
    public async Task Shopify_with_tax_inside_and_a_code() =>
        await AssertToldAsync(
            Shopify(order =>
            {
                ShopifyMappingTests.TaxInside(order);
                var line = order.Line(0);
                line["discount_allocations"] = new JsonArray(ShopifyMappingTests.Allocation("10.00", 0));
                line["tax_lines"] = new JsonArray(
                    new JsonObject { ["rate"] = 0.1, ["price_set"] = Payloads.Set("7.29") }
                );
                order.Money("current_subtotal_price", "80.16");
                order.Money("current_total_tax", "7.29");
                order.Money("current_total_price", "80.16");
            }),
            "Duel: total 80.16",
            "AvantLink: subtotal 72.87: 1 TEE-M at 36.43, 1 TEE-M at 36.44",
            "Retrack: orderSum 7287, vatSum 729, discountSum 0: 1 TEE-M at 3643+364, 1 TEE-M at 3644+365",
            "Katalys: paid, sale 80.16, subtotal 72.87, shipping 0.00, tax 7.29: 1 TEE-M at 36.43, 1 TEE-M at 36.44"
        );

    // The 19.97 that are no goods are in Duel's total alone.
    [Fact]
    public async Task Shopify_with_a_tip_duties_and_fees() =>
        await AssertToldAsync(
            Shopify(ShopifyMappingTests.TipDutiesAndFees),
            "Duel: total 182.77",
            "AvantLink: subtotal 140.00: 1 TEE-M at 46.66, 1 TEE-M at 46.67, 1 MUG at 46.67",
            "Retrack: orderSum 14000, vatSum 1400, discountSum 0: 1 TEE-M at 4666+466, 1 TEE-M at 4667+467, 1 MUG at 4667+467",
            "Katalys: paid, sale 162.80, subtotal 140.00, shipping 8.00, tax 14.80: 1 TEE-M at 46.66, 1 TEE-M at 46.67, 1 MUG at 46.67"
        );

    [Theory]
    [InlineData("gift_card")]
    [InlineData("tip_payment_gateway")]
    public async Task Shopify_with_a_gift_card_or_a_tip_sold_as_a_line(string field) =>
        await AssertToldAsync(
            Shopify(order => ShopifyMappingTests.SellAlso(order, field)),
            "Duel: total 187.80",
            "AvantLink: subtotal 140.00: 1 TEE-M at 46.66, 1 TEE-M at 46.67, 1 MUG at 46.67",
            "Retrack: orderSum 14000, vatSum 1400, discountSum 0: 1 TEE-M at 4666+466, 1 TEE-M at 4667+467, 1 MUG at 4667+467",
            "Katalys: paid, sale 162.80, subtotal 140.00, shipping 8.00, tax 14.80: 1 TEE-M at 46.66, 1 TEE-M at 46.67, 1 MUG at 46.67"
        );

    // 199.00 three times, 10.00 off, 3.98 of tax on each. Then A and B came back: C is left.
    [Fact]
    public async Task Shopify_with_two_of_three_lines_back()
    {
        await AssertToldAsync(
            Shopify(WholeThreeLines),
            "Duel: total 598.94",
            "AvantLink: subtotal 587.00: 1 A at 195.66, 1 B at 195.67, 1 C at 195.67",
            "Retrack: orderSum 58700, vatSum 1194, discountSum 0: 1 A at 19566+398, 1 B at 19567+398, 1 C at 19567+398",
            "Katalys: paid, sale 598.94, subtotal 587.00, shipping 0.00, tax 11.94: 1 A at 195.66, 1 B at 195.67, 1 C at 195.67"
        );
        await AssertToldAsync(
            Shopify(ShopifyMappingTests.ThreeLines),
            "Duel: total 199.65",
            "AvantLink: nothing",
            "Retrack: orderSum 19567, vatSum 398, discountSum 0: 1 C at 19567+398",
            "Katalys: paid, sale 199.65, subtotal 195.67, shipping 0.00, tax 3.98: 1 C at 195.67, 0 - at 0, 0 - at 0"
        );
    }

    [Fact]
    public async Task Shopify_cancelled()
    {
        await TellAsync(Shopify());
        await AssertToldAsync(
            Shopify(order => order["cancelled_at"] = Now()),
            "Duel: total 0",
            "AvantLink: nothing",
            "Retrack: rejected",
            "Katalys: cancelled, sale 0.00, subtotal 0.00, shipping 0.00, tax 0.00: "
        );
    }

    // Every amount has its tax beside it, however prices were entered. The stickers' 10.00 are 3.33, 3.33 and
    // 3.34, their tax of 2.00 is 0.66, 0.67 and 0.67.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WooCommerce_with_a_coupon_and_prices_entered_with_tax_or_without(bool isTaxIn) =>
        await AssertToldAsync(
            WooCommerce(order => order["prices_include_tax"] = isTaxIn),
            "Duel: total 61.20",
            "AvantLink: subtotal 46.00: 2 CAP at 18.00, 2 23 at 3.33, 1 23 at 3.34",
            "Retrack: orderSum 4600, vatSum 920, discountSum 0: 2 CAP at 1800+360, 1 23 at 333+66, 1 23 at 333+67, 1 23 at 334+67",
            "Katalys: paid, sale 61.20, subtotal 46.00, shipping 5.00, tax 10.20: 2 CAP at 18.00, 2 23 at 3.33, 1 23 at 3.34"
        );

    // 2.50 for the payment are no goods; the 6.00 off are off the goods, and no line's.
    [Fact]
    public async Task WooCommerce_with_a_fee_and_a_plugin_s_discount() =>
        await AssertToldAsync(
            WooCommerce(WooCommerceMappingTests.Fees),
            "Duel: total 57.70",
            "AvantLink: subtotal 40.00: 2 CAP at 18.00, 2 23 at 3.33, 1 23 at 3.34",
            "Retrack: orderSum 4000, vatSum 920, discountSum 600: 2 CAP at 1800+360, 1 23 at 333+66, 1 23 at 333+67, 1 23 at 334+67",
            "Katalys: paid, sale 55.20, subtotal 40.00, shipping 5.00, tax 10.20: 2 CAP at 18.00, 2 23 at 3.33, 1 23 at 3.34"
        );

    // 30.60 of 61.20 went back: half of everything is left.
    [Fact]
    public async Task WooCommerce_with_half_of_the_money_back()
    {
        await TellAsync(WooCommerce());
        await AssertToldAsync(
            WooCommerce(order => order["refunds"] = WooCommerceMappingTests.Refunds("-20.60", "-10.00")),
            "Duel: total 30.60",
            "AvantLink: nothing",
            "Retrack: orderSum 2300, vatSum 460, discountSum 0: 2 CAP at 900+180, 1 23 at 166+33, 1 23 at 167+33, 1 23 at 167+34",
            "Katalys: paid, sale 30.60, subtotal 23.00, shipping 2.50, tax 5.10: 2 CAP at 9.00, 1 23 at 1.66, 2 23 at 1.67"
        );
    }

    [Theory]
    [InlineData("cancelled", "cancelled")]
    [InlineData("refunded", "refunded")]
    [InlineData("trash", "cancelled")]
    public async Task WooCommerce_cancelled_or_refunded_whole(string status, string atKatalys)
    {
        await TellAsync(WooCommerce());
        await AssertToldAsync(
            WooCommerce(order => order["status"] = status),
            "Duel: total 0",
            "AvantLink: nothing",
            "Retrack: rejected",
            $"Katalys: {atKatalys}, sale 0.00, subtotal 0.00, shipping 0.00, tax 0.00: "
        );
    }

    private static void WholeThreeLines(JsonObject order)
    {
        ShopifyMappingTests.ThreeLines(order);
        order["financial_status"] = "paid";
        order["refunds"] = new JsonArray();
        order["current_shipping_price_set"] = Payloads.Set("0.00");
        order.Money("current_subtotal_price", "587.00");
        order.Money("current_total_tax", "11.94");
        order.Money("current_total_price", "598.94");
        foreach (var line in order.Items("line_items"))
        {
            line!["current_quantity"] = 1;
        }
    }

    private async Task AssertToldAsync(string payload, params string[] expected)
    {
        var told = await TellAsync(payload);

        Assert.Equal(string.Join('\n', expected), $"{told}");
    }

    // The clock moves on, so that the next payload is a newer one.
    private async Task<FourRequests> TellAsync(string payload)
    {
        var isShopify = payload.Contains("\"financial_status\"", StringComparison.Ordinal);
        Assert.Equal(200, await (isShopify ? PostShopifyAsync(payload) : PostWooCommerceAsync(payload)));
        await Rig.DrainAsync();
        Assert.Empty(await Rig.ParkedAsync());
        var received = Rig.Sandbox.State.Received().Skip(_seen).ToList();
        _seen += received.Count;
        Assert.All(received, call => Assert.True(call.Problem is null, $"{call.Provider}: {call.Problem}"));
        Rig.Time.Advance(TimeSpan.FromMinutes(1));
        return FourRequests.Of(received);
    }
}
