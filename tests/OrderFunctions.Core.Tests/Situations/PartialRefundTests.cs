using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Orders;
using OrderFunctions.Sandbox.Katalys;

namespace OrderFunctions.Core.Tests.Situations;

/// <summary>A part of the order came back.</summary>
public sealed class PartialRefundTests : SituationTest
{
    [Fact]
    public async Task A_partial_refund_is_what_is_left_to_all_who_can_be_told()
    {
        await StorefrontAsync("paid");
        await Rig.AdvanceAsync(TimeSpan.FromDays(1));
        await JacketCameBackAsync();

        Assert.Equal(["total=125.00", "total=75.00"], Got("duel", "total"));
        Assert.Equal(["order_amount_subtotal=100.00"], Got("avantlink", "order/order_amount_subtotal"));
        Assert.Equal(
            [
                "create orderSum=10000 vatSum=2500 reference=jacket discountSum=-",
                "look-up",
                "update orderSum=6000 vatSum=1500 reference=- discountSum=-",
            ],
            Got("retrack", "orderSum", "vatSum", "products/1/reference", "discountSum")
        );
        Assert.Equal(
            [
                "order_status=paid sale_amount=125.00 subtotal_amount=100.00 line_item_2_price=40.00 line_item_2_qty=1",
                "order_status=paid sale_amount=75.00 subtotal_amount=60.00 line_item_2_price=0.00 line_item_2_qty=0",
            ],
            Got("katalys", "order_status", "sale_amount", "subtotal_amount", "line_item_2_price", "line_item_2_qty")
        );
    }

    [Fact]
    public async Task What_AvantLink_can_not_be_told_is_left_for_its_returns()
    {
        await StorefrontAsync("paid");
        await Rig.AdvanceAsync(TimeSpan.FromDays(1));
        await JacketCameBackAsync();

        Assert.Single(Got("avantlink"));
        Assert.Equal(
            "Skipped: AvantLink has the order, and its API can't be told that it is partially refunded: GET /api/returns lists what came back",
            await StandsAsync("avantlink")
        );
        var entry = await Rig.EntryAsync("avantlink");
        Assert.Equal(("SEK", 60m), (entry.Left!.Currency, entry.Left.Amount));
        Assert.Equal([new ToldLine("mug", 2, 60), new ToldLine("jacket", 0, 0)], entry.Left.Lines);
        Assert.Equal(Rig.Time.GetUtcNow(), entry.LeftAt);
        Assert.Equal(100m, entry.ToldLast!.Goods!.Amount);
    }

    [Fact]
    public async Task A_partial_refund_as_first_word_is_told_with_what_is_left_and_an_older_payment_no_more()
    {
        await StorefrontAsync("partiallyRefunded", JacketIsBack);
        await StorefrontAsync("paid", Before(TimeSpan.FromHours(1)));

        Assert.Equal(["total=75.00"], Got("duel", "total"));
        Assert.Equal(
            ["order_amount_subtotal=60.00 quantity=2 product_sku=-"],
            Got("avantlink", "order/order_amount_subtotal", "order/products/0/quantity", "order/products/1/product_sku")
        );
        // What it went through before it came to us, only Retrack can tell.
        Assert.Equal(["look-up", "create orderSum=6000"], Got("retrack", "orderSum"));
        Assert.Equal(["order_status=paid sale_amount=75.00"], Got("katalys", "order_status", "sale_amount"));
    }

    [Fact]
    public async Task A_partial_refund_after_a_lost_answer_of_AvantLink_s_says_what_a_person_should_look_up()
    {
        Rig.Sandbox.State.InjectFault("avantlink", new() { Drop = true });
        await StorefrontAsync("paid");
        Rig.Sandbox.State.ClearFault("avantlink");
        await Rig.AdvanceAsync(TimeSpan.FromSeconds(1));
        await JacketCameBackAsync();

        Assert.Equal("order_amount_subtotal=60.00", Got("avantlink", "order/order_amount_subtotal")[^1]);
        Assert.StartsWith(
            "a request of another event was never answered: AvantLink may have the order as it stood then.",
            (await Rig.EntryAsync("avantlink")).Attempts[^1].Detail
        );
    }

    [Fact]
    public async Task A_bare_partial_refund_that_came_first_is_told_with_what_an_older_payment_brings()
    {
        await JacketCameBackAsync();
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));
        await StorefrontAsync("paid", Before(TimeSpan.FromHours(1)));

        Assert.Equal(["total=75.00 email=alex@example.com"], Got("duel", "total", "email"));
        Assert.Equal(
            ["order_amount_subtotal=60.00 avantlink_avad=77_f3afbe121"],
            Got("avantlink", "order/order_amount_subtotal", "tracking_ids/avantlink_avad")
        );
        Assert.Equal(["look-up", $"create orderSum=6000 click={Click}"], Got("retrack", "orderSum", "click"));
        Assert.Equal(
            ["order_status=paid sale_amount=75.00 email_address=alex@example.com"],
            Got("katalys", "order_status", "sale_amount", "email_address")
        );
    }

    [Fact]
    public async Task A_line_and_a_discount_that_are_gone_are_told_Katalys_as_0()
    {
        await StorefrontAsync(
            "paid",
            json => json.Order()["discounts"] = ProviderCase.Parsed("""[{"code":"TEN","amount":10}]""")
        );
        await Rig.AdvanceAsync(TimeSpan.FromDays(1));
        await JacketCameBackAsync(json => json.Order()["lines"]!.AsArray().RemoveAt(1));

        Assert.Equal(
            [
                "line_item_2_sku=jacket line_item_2_price=40.00 line_item_2_qty=1 discount_1_amount=10.00",
                "line_item_2_sku=- line_item_2_price=0 line_item_2_qty=0 discount_1_amount=0",
            ],
            Got("katalys", "line_item_2_sku", "line_item_2_price", "line_item_2_qty", "discount_1_amount")
        );
        var order = Rig.Sandbox.State.Provider<KatalysApi>().Find("1001")!;
        Assert.Equal(["mug"], order.LineItems.Select(item => item.Sku));
        Assert.Empty(order.Discounts);
    }
}
