using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Katalys;

namespace OrderFunctions.Sandbox.Tests.Katalys;

public sealed class KatalysTests : SandboxTest
{
    [Fact]
    public async Task Katalys_answers_204_without_a_body()
    {
        var reply = await Katalys(Bodies.Katalys());

        Assert.Equal((204, ""), (reply.Status, reply.Text));
        var order = State.Provider<KatalysApi>().Find("12345")!;
        Assert.Equal(Bodies.Katalys().Count, order.Fields.Count);
        Assert.Equal(
            ("25.67", "\"19.20\"", "2"),
            (order["sale_amount"], order["subtotal_amount"], order["order_count"])
        );
    }

    [Fact]
    public async Task Katalys_merges_a_bare_status_into_an_order_it_knows()
    {
        await Katalys(Bodies.Katalys());

        var paid = await Katalys(Status("paid"));
        var refunded = await Katalys(Status("refunded"));

        Assert.Equal((204, 204), (paid.Status, refunded.Status));
        var order = State.Provider<KatalysApi>().Find("12345")!;
        Assert.Equal(("\"refunded\"", "25.67"), (order["order_status"], order["sale_amount"]));
    }

    [Fact]
    public async Task Katalys_lets_the_message_received_last_win()
    {
        await Katalys(Bodies.Katalys());
        await Katalys(Status("refunded"));
        await Katalys(Status("paid"));

        Assert.Equal("\"paid\"", State.Provider<KatalysApi>().Find("12345")!["order_status"]);
    }

    [Fact]
    public async Task Katalys_takes_further_line_items_and_discounts_later()
    {
        await Katalys(Bodies.Katalys());

        var later = await Katalys(
            JsonNode
                .Parse(
                    """
                    {
                      "site_id": "sandbox.example", "order_id": "12345", "line_item_2_title": "Mug", "line_item_2_sku": "B",
                      "line_item_2_price": "3.00", "discount_2_code": "TWO", "discount_2_amount": 2
                    }
                    """
                )!
                .AsObject()
        );

        Assert.Equal(204, later.Status);
        var order = State.Provider<KatalysApi>().Find("12345")!;
        Assert.Equal(
            [
                new KatalysLineItem("Wellness Bundle #4", "WLNS_BUNDLE_$", "blue", 1.99m, 2),
                new KatalysLineItem("Mug", "B", null, 3.00m, 1),
            ],
            order.LineItems
        );
        Assert.Equal([new("REVOFFERS_EXAMPLE", 1.50m), new KatalysDiscount("TWO", 2)], order.Discounts);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("paid")]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public async Task Katalys_takes_a_bare_status_of_an_order_it_was_not_told_of(string status)
    {
        var reply = await Katalys(Status(status));

        Assert.Equal(204, reply.Status);
        var order = State.Provider<KatalysApi>().Find("12345")!;
        Assert.Equal((status, null, null, "USD"), (order.Status, order.Sale, order.Subtotal, order.Currency));
        Assert.Equal(status is "refunded" or "cancelled", order.IsVoid);
    }

    [Fact]
    public async Task Katalys_takes_line_items_alone_of_an_order_it_was_not_told_of() =>
        Assert.Equal(
            204,
            (
                await Katalys(
                    Message("""{"line_item_1_title":"Mug","line_item_1_sku":"B","line_item_1_price":"3.00"}""")
                )
            ).Status
        );

    [Fact]
    public async Task Katalys_takes_what_is_known_of_a_cancelled_order() =>
        Assert.Equal(
            204,
            (await Katalys(Message("""{"order_status":"cancelled","sale_amount":0,"currency":"EUR"}"""))).Status
        );

    [Fact]
    public async Task Katalys_takes_a_subtotal_of_0_where_shipping_and_tax_exceed_the_sale() =>
        Assert.Equal(
            204,
            (
                await Katalys(
                    Message(
                        """{"order_status":"refunded","sale_amount":0,"subtotal_amount":0,"shipping_amount":"4.99","tax_amount":"1.48"}"""
                    )
                )
            ).Status
        );

    [Fact]
    public async Task Katalys_believes_that_what_is_set_to_0_is_gone()
    {
        await Katalys(Bodies.Katalys());

        var reply = await Katalys(
            Message("""{"line_item_1_price":0,"line_item_1_qty":0,"discount_1_amount":0,"order_status":"paid"}""")
        );

        Assert.Equal(204, reply.Status);
        var order = State.Provider<KatalysApi>().Find("12345")!;
        Assert.Empty(order.LineItems);
        Assert.Empty(order.Discounts);
        Assert.Equal(("paid", 25.67m, 19.20m, "EUR"), (order.Status, order.Sale, order.Subtotal, order.Currency));
    }

    [Fact]
    public async Task Katalys_takes_a_0_for_what_only_the_thank_you_page_may_have_told() =>
        Assert.Equal(
            204,
            (await Katalys(Message("""{"line_item_1_price":0,"line_item_1_qty":0,"discount_1_amount":0}"""))).Status
        );

    [Fact]
    public async Task Katalys_keeps_a_line_item_that_costs_nothing()
    {
        await Katalys(Bodies.Katalys().With("line_item_1_price", "0"));

        Assert.Equal(0, Assert.Single(State.Provider<KatalysApi>().Find("12345")!.LineItems).Price);
    }

    [Theory]
    [InlineData("sale_amount", "\"25.67\"")]
    [InlineData("subtotal_amount", null)]
    [InlineData("shipping_amount", null)]
    [InlineData("discount_1_amount", "1.50")]
    [InlineData("line_item_1_qty", "\"2\"")]
    [InlineData("order_status", "\"paid\"")]
    [InlineData("order_status", "\"refunded\"")]
    [InlineData("order_status", "\"cancelled\"")]
    [InlineData("order_status", null)]
    [InlineData("order_alias", "\"other-7\"")]
    [InlineData("action_type", "\"online-sale\"")]
    [InlineData("shipping_state", "\"UT\"")]
    [InlineData("shipping_postal", "\"0150\"")]
    [InlineData("email_address", "\"0c7e6a405862e402eb76a70f8a26fc732d07c32931e9fae9ab1582911d2e8a3b\"")]
    public async Task Katalys_takes_every_documented_form(string key, string? json) =>
        Assert.Equal(204, (await Katalys(Bodies.Katalys().With(key, json))).Status);

    private static JsonObject Status(string status) => Message($$"""{"order_status":"{{status}}"}""");

    private static JsonObject Message(string fields)
    {
        var message = JsonNode.Parse(fields)!.AsObject();
        message["site_id"] = "sandbox.example";
        message["order_id"] = "12345";
        return message;
    }
}
