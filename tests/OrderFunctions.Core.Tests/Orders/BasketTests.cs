using System.Text.Json.Nodes;

namespace OrderFunctions.Orders;

public sealed class BasketTests
{
    // design.md: 3 x 7.993 = 2 x 7.99 + 1 x 8.00.
    [Theory]
    [InlineData("SEK", "23.98", 3, "7.993", "2x799 1x800")]
    [InlineData("SEK", "23.97", 3, "7.99", "3x799")]
    [InlineData("JPY", "100", 3, "33.33333333", "2x33 1x34")]
    [InlineData("KWD", "1.000", 3, "0.33333333", "2x333 1x334")]
    [InlineData("SEK", "0", 2, "0", "2x0")]
    [InlineData("SEK", "0.01", 2, "0.005", "1x0 1x1")]
    public void A_line_is_told_in_whole_minor_units_that_make_its_price(
        string currency,
        string total,
        int quantity,
        string unitPrice,
        string items
    )
    {
        var basket = Of(
            currency,
            total,
            new JsonObject
            {
                ["sku"] = "a",
                ["quantity"] = quantity,
                ["unitPrice"] = unitPrice,
            }
        );

        Assert.Equal(items, string.Join(' ', basket.Items.Select(item => $"{item.Quantity}x{item.Price}")));
        Assert.Equal((0, 0, null), (basket.Discount, basket.Rest, basket.Note));
    }

    [Fact]
    public void A_lines_total_counts_whatever_its_unit_price()
    {
        var basket = Of("SEK", "23.98", """{"sku":"a","quantity":3,"unitPrice":9,"total":23.98}""");

        Assert.Equal([(2, 799L), (1, 800L)], basket.Items.Select(item => (item.Quantity, item.Price)));
    }

    [Fact]
    public void Lines_of_an_order_whose_goods_are_unknown_are_told_as_they_stand()
    {
        var json = Events.Minimal(order =>
        {
            order["status"] = "refunded";
            order.Remove("total");
            order["lines"] = new JsonArray(JsonNode.Parse("""{"sku":"a","quantity":2,"unitPrice":10}"""));
        });

        var item = Assert.Single(Basket.Of(Events.Accepted(json).Order).Items);
        Assert.Equal((2, 1000L), (item.Quantity, item.Price));
    }

    [Fact]
    public void An_order_without_lines_has_an_empty_basket() =>
        Assert.Empty(Basket.Of(Events.Accepted(Events.Minimal()).Order, withTax: true).Items);

    [Fact]
    public void The_largest_amounts_there_can_be_are_told_exactly()
    {
        const string Line = """
            {"sku":"a","quantity":1000000,"unitPrice":"999999999998.12345678","unitTax":"999999999998.87654321"}
            """;
        var order = Events
            .Accepted(
                Events.Minimal(order =>
                {
                    order["currency"] = "CLF";
                    order["total"] = "999999999999";
                    order["tax"] = "99999999999.9999";
                    order["discounts"] = new JsonArray([
                        .. Enumerable.Repeat("""{"amount":999999999999}""", 100).Select(json => JsonNode.Parse(json)),
                    ]);
                    order["lines"] = new JsonArray([
                        .. Enumerable.Repeat(Line, 1000).Select(json => JsonNode.Parse(json)),
                    ]);
                })
            )
            .Order;

        var basket = Basket.Of(order, withTax: true);

        Assert.Equal(
            8_999_999_999_990_001 + basket.Discount,
            basket.Items.Sum(item => (decimal)item.Price * item.Quantity)
        );
        Assert.Equal(999_999_999_999_999, basket.Items.Sum(item => (decimal)item.Tax * item.Quantity));
    }

    private static Basket Of(string currency, string total, string line) =>
        Of(currency, total, JsonNode.Parse(line)!.AsObject());

    private static Basket Of(string currency, string total, JsonObject line) =>
        Basket.Of(
            Events
                .Accepted(
                    Events.Minimal(order =>
                    {
                        (order["currency"], order["total"], order["tax"]) = (currency, total, 0);
                        order["lines"] = new JsonArray(line);
                    })
                )
                .Order
        );
}
