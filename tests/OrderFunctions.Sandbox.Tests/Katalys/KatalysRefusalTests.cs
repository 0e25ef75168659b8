using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Katalys;

namespace OrderFunctions.Sandbox.Tests.Katalys;

public sealed class KatalysRefusalTests : SandboxTest
{
    [Theory]
    [InlineData("site_id", null, "site_id is required")]
    [InlineData("site_id", "\"other.example\"", "site_id must be")]
    [InlineData("site_id", "7", "site_id must be")]
    [InlineData("order_id", null, "order_id is required")]
    [InlineData("order_id", "\"\"", "order_id must be")]
    [InlineData("order_id", "12345", "order_id must be")]
    [InlineData("sale_amount", null, "sale_amount is required")]
    [InlineData("sale_amount", "\"25.67 EUR\"", "sale_amount must be")]
    [InlineData("sale_amount", "\"\"", "sale_amount must be")]
    [InlineData("sale_amount", "\"1,50\"", "sale_amount must be")]
    [InlineData("subtotal_amount", "true", "subtotal_amount must be")]
    [InlineData("email_address", null, "email_address is required")]
    [InlineData("email_address", "\"\"", "email_address must be")]
    [InlineData("email_address", "null", "email_address must be")]
    [InlineData("order_time", "\"2018-01-01T01:23:40-08:00\"", "order_time must be")]
    [InlineData("order_time", "\"2018-01-01 01:23:40\"", "order_time must be")]
    [InlineData("order_time", "\"2018-02-30 01:23:40-08:00\"", "order_time must be")]
    [InlineData("order_time", "1514798620", "order_time must be")]
    [InlineData("currency", "\"eur\"", "currency must be")]
    [InlineData("order_status", "\"canceled\"", "order_status must be")]
    [InlineData("order_status", "\"shipped\"", "order_status must be")]
    [InlineData("order_count", "\"2\"", "order_count must be")]
    [InlineData("order_count", "1.5", "order_count must be")]
    [InlineData("shipping_city", "[\"Oslo\"]", "shipping_city must be")]
    [InlineData("shipping_city", "{\"name\":\"Oslo\"}", "shipping_city must be")]
    [InlineData("user_agent", "false", "user_agent must be")]
    [InlineData("discount_1_amount", null, "discount_1_amount is required with the rest of discount_1")]
    [InlineData("discount_1_code", null, "discount_1_code is required with the rest of discount_1")]
    [InlineData("discount_1_amt", "1", "discount_1_amt is not a documented key")]
    [InlineData("discount_0_code", "\"A\"", "discounts start at 1")]
    [InlineData("line_item_0_title", "\"A\"", "line items start at 1")]
    [InlineData("line_item_01_title", "\"A\"", "line_item_01_title is not a documented key")]
    [InlineData("line_item_3_title", "\"A\"", "without gaps")]
    [InlineData("line_item_2_title", "\"A\"", "line_item_2_sku is required with the rest of line_item_2")]
    [InlineData("line_item_1_title", null, "line_item_1_title is required")]
    [InlineData("line_item_1_price", null, "line_item_1_price is required")]
    [InlineData("line_item_1_price", "\"-1.99\"", "line_item_1_price must be")]
    [InlineData("line_item_1_qty", "-1", "line_item_1_qty must be")]
    [InlineData("discount_1_amount", "\"-1.50\"", "discount_1_amount must be")]
    [InlineData("sale_amount", "-25.67", "sale_amount must be")]
    [InlineData("subtotal_amount", "\"-0.01\"", "subtotal_amount must be")]
    [InlineData("shipping_amount", "-1", "shipping_amount must be")]
    [InlineData("tax_amount", "-1", "tax_amount must be")]
    [InlineData("line_item_1_price", "\"free\"", "line_item_1_price must be")]
    [InlineData("line_item_1_categories", "\"A\"", "line_item_1_categories is not a documented key")]
    [InlineData("lineitem_1_title", "\"A\"", "lineitem_1_title must be spelt line_item_X_")]
    [InlineData("type", "\"offline_conv\"", "type belongs")]
    [InlineData("action", "\"offline_conv\"", "action belongs")]
    [InlineData("client_ip", "\"203.0.113.7\"", "client_ip is not a documented key")]
    public async Task Katalys_refuses_a_key_that_is_not_as_documented(string key, string? json, string mention)
    {
        var reply = await Katalys(Bodies.Katalys().With(key, json));

        reply.RefusedWith(400, mention);
        Assert.Null(State.Provider<KatalysApi>().Find("12345"));
    }

    [Theory]
    [InlineData("shipping_amount")]
    [InlineData("tax_amount")]
    public async Task Katalys_wants_a_subtotal_or_both_shipping_and_tax(string other) =>
        (await Katalys(Bodies.Katalys().With("subtotal_amount", null).With(other, null))).RefusedWith(
            400,
            "subtotal_amount"
        );

    [Fact]
    public async Task Katalys_refuses_amounts_without_the_rest_of_what_is_required()
    {
        var reply = await Katalys(
            new JsonObject
            {
                ["site_id"] = "sandbox.example",
                ["order_id"] = "7",
                ["order_status"] = "paid",
                ["tax_amount"] = "1.48",
            }
        );

        Assert.Equal(
            [
                "sale_amount is required when an order's amounts are first told.",
                "email_address is required when an order's amounts are first told.",
                "subtotal_amount, or shipping_amount and tax_amount, is required when an order's amounts are first told.",
            ],
            reply.Problems
        );
    }

    [Theory]
    [InlineData("subtotal_amount", "24.95", "sale_amount minus shipping_amount and tax_amount, 19.20, not 24.95")]
    [InlineData("subtotal_amount", "19.19", "19.20, not 19.19")]
    public async Task Katalys_refuses_a_subtotal_that_is_not_the_sale_minus_shipping_and_tax(
        string key,
        string? json,
        string mention
    ) => (await Katalys(Bodies.Katalys().With(key, json))).RefusedWith(400, mention);

    [Theory]
    [InlineData("sale_amount", "-1")]
    [InlineData("tax_amount", "\"none\"")]
    public async Task Katalys_does_not_weigh_amounts_that_it_could_not_read(string key, string json) =>
        Assert.Single((await Katalys(Bodies.Katalys().With(key, json))).Problems);

    [Fact]
    public async Task Katalys_refuses_a_subtotal_above_the_sale() =>
        (
            await Katalys(
                Bodies.Katalys().With("tax_amount", null).With("shipping_amount", null).With("subtotal_amount", "25.68")
            )
        ).RefusedWith(400, "25.67, not 25.68");

    [Fact]
    public async Task Katalys_names_everything_that_is_wrong()
    {
        var reply = await Katalys(Bodies.Katalys().With("type", "1").With("currency", "null").With("site_id", "\"x\""));

        Assert.Equal(3, reply.Problems.Count);
    }

    [Fact]
    public async Task Katalys_names_what_is_incomplete_even_where_the_order_id_is_missing()
    {
        var reply = await Katalys(Bodies.Katalys().With("order_id", null).With("email_address", null));

        Assert.Equal(
            ["order_id is required.", "email_address is required when an order's amounts are first told."],
            reply.Problems
        );
    }

    [Fact]
    public async Task Katalys_leaves_an_order_as_it_was_when_it_refuses_a_message()
    {
        await Katalys(Bodies.Katalys());

        await Katalys(Bodies.Katalys().With("sale_amount", "1").With("line_item_4_sku", "\"A\""));

        Assert.Equal("25.67", State.Provider<KatalysApi>().Find("12345")!["sale_amount"]);
    }

    [Fact]
    public async Task Katalys_refuses_an_authorization_header() =>
        (await Send("POST", KatalysPath, Bodies.Katalys(), ("Authorization", "Bearer x"))).RefusedWith(
            400,
            "Authorization"
        );
}
