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
        Assert.Equal(Bodies.Katalys().Count, order.Count);
        Assert.Equal(
            ("25.67", "\"24.95\"", "2"),
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
                      "site_id": "sandbox.example", "order_id": "12345", "line_item_2_sku": "B",
                      "discount_2_code": "TWO", "discount_2_amount": 2
                    }
                    """
                )!
                .AsObject()
        );

        Assert.Equal(204, later.Status);
        Assert.Equal("\"B\"", State.Provider<KatalysApi>().Find("12345")!["line_item_2_sku"]);
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

    private static JsonObject Status(string status) =>
        new()
        {
            ["site_id"] = "sandbox.example",
            ["order_id"] = "12345",
            ["order_status"] = status,
        };
}
