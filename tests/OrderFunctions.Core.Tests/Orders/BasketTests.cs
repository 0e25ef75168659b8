using System.Globalization;
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

        Assert.Equal(items, Prices(basket));
        Assert.Equal((0, 0, null), (basket.Discount, basket.Rest, basket.Note));
    }

    [Fact]
    public void A_lines_total_counts_whatever_its_unit_price()
    {
        var basket = Of("SEK", "23.98", """{"sku":"a","quantity":3,"unitPrice":9,"total":23.98}""");

        Assert.Equal([(2, 799L), (1, 800L)], basket.Items.Select(item => (item.Quantity, item.Price)));
    }

    // Half a minor unit for each figure that was rounded (a line's total or, as often as its quantity, a unit price without
    // decimals of its own), and one for the goods' own: so much is no difference.
    [Theory]
    [InlineData("10.01", "1 a =10", "1x1001", 0)]
    [InlineData("10.02", "1 a =10", "1x1000", 2)]
    [InlineData("20.02", "1 a =10, 1 b =10", "1x1001 1x1001", 0)]
    [InlineData("20.03", "1 a =10, 1 b =10", "1x1000 1x1000", 3)]
    [InlineData("10.02", "1 a =10, 0 b =0", "1x1000 0x0", 2)]
    [InlineData("10.23", "4 a 2.55", "1x255 3x256", 0)]
    [InlineData("10.24", "4 a 2.55", "4x255", 4)]
    [InlineData("32.01", "4 a 8.0001", "3x800 1x801", 0)]
    [InlineData("32.02", "4 a 8.0001", "4x800", 2)]
    [InlineData("10.22", "4 a 2.55 =10.20", "4x255", 2)]
    [InlineData("0.01", "0 a 5", "0x0", 1)]
    [InlineData("12.00", "1 a =10", "1x1000", 200)]
    public void Goods_that_no_line_tells_of_are_the_rest_and_a_difference_by_rounding_is_spread(
        string goods,
        string lines,
        string items,
        long rest
    )
    {
        var basket = OfGoods(goods, lines);

        Assert.Equal((items, rest), (Prices(basket), basket.Rest));
        Assert.Equal(
            rest == 0
                ? null
                : $"the lines come to {basket.Items.Sum(item => item.Price * item.Quantity)}, less than the goods' {decimal.Parse(goods, CultureInfo.InvariantCulture) * 100:0} (minor units): told as other goods",
            basket.Note
        );
    }

    [Theory]
    [InlineData("12", "3", "1x1000 1x500", 300, null)]
    [InlineData("12", "5", "1x1000 1x500", 300, null)]
    [InlineData("14.98", "5", "1x999 1x499", 0, null)]
    [InlineData("14.97", "5", "1x1000 1x500", 3, null)]
    [InlineData("14.96", "0.02", "1x999 1x499", 2, null)]
    [InlineData(
        "12",
        "1",
        "1x867 1x433",
        100,
        "the lines come to 1500, more than the goods' 1200 and the discounts (minor units): told in proportion to what is left"
    )]
    [InlineData(
        "12",
        "0",
        "1x800 1x400",
        0,
        "the lines come to 1500, more than the goods' 1200 and the discounts (minor units): told in proportion to what is left"
    )]
    public void What_the_lines_have_too_much_the_discounts_took_off_and_else_it_is_taken_off_each_line(
        string goods,
        string discount,
        string items,
        long told,
        string? note
    )
    {
        var basket = OfGoods(goods, "1 a =10, 1 b =5", discount: discount);

        Assert.Equal((items, told, 0, note), (Prices(basket), basket.Discount, basket.Rest, basket.Note));
    }

    [Theory]
    [InlineData("3.01", "1 a =1, 1 b =1, 1 c =1", "1x101 1x100 1x100")]
    [InlineData("4.02", "1 a =1, 1 b =3", "1x100 1x302")]
    [InlineData("3.02", "1 a =1, 1 b =2", "1x101 1x201")]
    [InlineData("0.01", "2 a =0", "1x0 1x1")]
    public void A_minor_unit_left_over_goes_to_who_lost_most_by_rounding_then_to_the_dearest_then_to_the_first(
        string goods,
        string lines,
        string items
    ) => Assert.Equal(items, Prices(OfGoods(goods, lines)));

    // Each item as quantity x price + tax; of the last row the prices and the taxes change at different pieces.
    [Theory]
    [InlineData("20", "5", "1 a =10 +2.50, 1 b =5 +1.25, 1 c =5", "1x1000+250 1x500+125 1x500+125", 0)]
    [InlineData("20", "3", "1 a =10 +2.50, 1 b =6, 1 c =4", "1x1000+250 1x600+30 1x400+20", 0)]
    [InlineData("20", "3.5", "1 a =10 +2, 1 b =10 +2", "1x1000+175 1x1000+175", 0)]
    [InlineData("20", "2", "1 a =10 +2.50, 1 b =10", "1x1000+200 1x1000+0", 0)]
    [InlineData("10", "2.5", "1 a =10 +2.50, 1 b =0", "1x1000+250 1x0+0", 0)]
    [InlineData("10", "2.5", "1 a =10, 0 b =0 +9", "1x1000+250 0x0+0", 0)]
    [InlineData("20", "4", "1 a =10 +2.50", "1x1000+250", 150)]
    [InlineData("20", "4", "1 a =10 +0, 1 b =10 +0", "1x1000+200 1x1000+200", 0)]
    [InlineData("0", "0.5", "2 a =0", "2x0+25", 0)]
    [InlineData("0", "0.5", "0 a =0", "0x0+0", 0)]
    [InlineData("23.98", "5.99", "3 a 7.993", "1x799+199 1x799+200 1x800+200", 0)]
    public void The_goods_tax_is_spread_as_the_lines_state_it_and_what_none_states_by_price(
        string goods,
        string tax,
        string lines,
        string items,
        long restTax
    )
    {
        var basket = OfGoods(goods, lines, tax, withTax: true);

        Assert.Equal(
            (items, restTax),
            (string.Join(' ', basket.Items.Select(item => $"{item.Quantity}x{item.Price}+{item.Tax}")), basket.RestTax)
        );
        Assert.All(OfGoods(goods, lines, tax).Items, item => Assert.Equal(0, item.Tax));
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

    // The shipping's tax is none of the goods'. A line as "quantity sku unitPrice =total +tax"; of the last three some.
    private static Basket OfGoods(
        string goods,
        string lines,
        string tax = "0",
        string? discount = null,
        bool withTax = false
    ) =>
        Basket.Of(
            Events
                .Accepted(
                    Events.Minimal(order =>
                    {
                        var goodsTax = decimal.Parse(tax, CultureInfo.InvariantCulture);
                        (order["tax"], order["shippingTax"]) = (goodsTax + 1, 1);
                        order["total"] = decimal.Parse(goods, CultureInfo.InvariantCulture) + goodsTax + 1;
                        order["lines"] = new JsonArray([.. lines.Split(", ").Select(Line)]);
                        if (discount is not null)
                        {
                            order["discounts"] = new JsonArray(new JsonObject { ["amount"] = discount });
                        }
                    })
                )
                .Order,
            withTax
        );

    private static JsonNode Line(string text)
    {
        var parts = text.Split(' ');
        var line = new JsonObject { ["quantity"] = parts[0], ["sku"] = parts[1] };
        foreach (var part in parts[2..])
        {
            var (name, amount) = part[0] switch
            {
                '=' => ("total", part[1..]),
                '+' => ("tax", part[1..]),
                _ => ("unitPrice", part),
            };
            line[name] = amount;
        }

        return line;
    }

    private static string Prices(Basket basket) =>
        string.Join(' ', basket.Items.Select(item => $"{item.Quantity}x{item.Price}"));

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
