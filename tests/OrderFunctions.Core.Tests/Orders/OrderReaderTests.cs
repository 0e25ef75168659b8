using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderFunctions.Orders;

/// <summary>What an order may leave out, and what it may not (design: Order event).</summary>
public sealed class OrderReaderTests
{
    [Theory]
    [InlineData("cancelled")]
    [InlineData("refunded")]
    public void Of_an_order_that_came_to_nothing_time_id_and_status_are_enough(string status)
    {
        var read = Events.Accepted(Bare(status));

        var order = read.Order;
        Assert.Equal(("1001", true), (order.Id, order.IsVoid));
        Assert.Equal((null, null, null, null), (order.PlacedAt, order.Currency, order.Total, order.Tax));
        Assert.Null(order.Goods);
        Assert.Equal(
            $$$$"""{"eventId":"{{{{read.EventId}}}}","occurredAt":"2026-11-21T14:03:07+01:00","order":{"id":"1001","status":"{{{{status}}}}","shipping":0,"shippingTax":0,"discounts":[],"inStore":false,"customer":{},"shippingAddress":{},"lines":[],"loyalty":{}}}""",
            Encoding.UTF8.GetString(CanonicalJson.Write(read))
        );
        Assert.Equal(CanonicalJson.Write(read), CanonicalJson.Write(Events.Accepted(CanonicalJson.Write(read))));
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("paid")]
    [InlineData("partiallyRefunded")]
    public void Every_other_order_says_when_it_was_placed_what_it_costs_and_in_which_currency(string status)
    {
        var errors = Events.Refused(Bare(status));
        Assert.Equal(
            ["$.order.currency", "$.order.placedAt", "$.order.tax", "$.order.total"],
            errors.Keys.Order(StringComparer.Ordinal)
        );
        Assert.All(errors.Values, messages => Assert.Equal(["is missing"], messages));
    }

    [Theory]
    [InlineData("total", "0")]
    [InlineData("tax", "25")]
    [InlineData("totalBeforeDiscounts", "1.5")]
    [InlineData("shipping", "9")]
    [InlineData("shippingTax", "9")]
    [InlineData("fees", "-0.5")]
    [InlineData("discounts", """[{"amount":1}]""")]
    [InlineData("lines", """[{"sku":"a","quantity":1,"total":1}]""")]
    [InlineData("loyalty", """{"commission":1}""")]
    public void A_void_order_that_states_an_amount_states_its_currency(string field, string raw)
    {
        var json = Bare("cancelled");
        json["order"]![field] = JsonNode.Parse(raw);

        Assert.Equal(
            "is missing: a void order (cancelled, refunded) may leave out its amounts, but one that states any states their currency",
            Events.RefusedAt("$.order.currency", json)
        );
        json["order"]!["currency"] = "SEK";
        Events.Accepted(json);
    }

    [Theory]
    [InlineData("currency", "\"SEK\"")]
    [InlineData("placedAt", "\"2026-11-20T09:00:00Z\"")]
    [InlineData("shipping", "0")]
    [InlineData("loyalty", """{"points":3,"commission":1,"commissionCurrency":"EUR"}""")]
    public void A_void_order_may_say_any_part_of_what_its_sender_knows(string field, string raw)
    {
        var json = Bare("refunded");
        json["order"]![field] = JsonNode.Parse(raw);
        Events.Accepted(json);
    }

    [Theory]
    [InlineData(125, 25, 39.2, 9.8, 5, 55.8)]
    [InlineData(125, 25, 0, 0, 100, 0)]
    [InlineData(125, 25, 0, 0, -7.5, 107.5)]
    [InlineData(0, 0, 0, 0, 0, 0)]
    [InlineData(10, 25, 0, 0, -15, 0)]
    public void Goods_are_the_total_without_tax_shipping_and_fees(
        decimal total,
        decimal tax,
        decimal shipping,
        decimal shippingTax,
        decimal fees,
        decimal goods
    ) => Assert.Equal(goods, Events.Accepted(Sums(total, tax, shipping, shippingTax, fees)).Order.Goods);

    [Fact]
    public void Tax_shipping_and_fees_beyond_the_total_are_refused_with_the_numbers_and_what_to_do() =>
        Assert.Equal(
            "is 10, less than tax 2 + shipping 49 + fees -1.5 = 49.5: after a refund state what is left of each; where nothing is left, the status refunded or cancelled",
            Events.RefusedAt("$.order.total", Sums(10, 2, 49, 0, -1.5m))
        );

    // Found by fuzzing: a void order needs no total to hold them against, and nobody could be told of their sum.
    [Theory]
    [InlineData("""[{"sku":"a","quantity":1000000,"unitPrice":999999999999}]""")]
    [InlineData(
        """[{"sku":"a","quantity":1,"total":999999999999},{"sku":"a","quantity":1,"unitPrice":"0.00000001"}]"""
    )]
    public void Lines_that_come_to_more_than_any_amount_are_refused_before_their_sum_overflows(string lines)
    {
        var json = Bare("refunded");
        json["order"]!["currency"] = "JPY";
        json["order"]!["lines"] = JsonNode.Parse(lines);

        Assert.Equal(
            "come to more than 999999999999, prices times quantities",
            Events.RefusedAt("$.order.lines", json)
        );
    }

    [Theory]
    [InlineData(
        """[{"sku":"a","quantity":2,"total":499999999999},{"sku":"b","quantity":1,"unitPrice":500000000000}]"""
    )]
    [InlineData("""[{"sku":"a","quantity":1000000,"unitPrice":999999999999,"total":1}]""")]
    public void Lines_that_come_to_the_largest_amount_are_taken_and_a_lines_total_counts_there_too(string lines)
    {
        var json = Bare("refunded");
        json["order"]!["currency"] = "JPY";
        json["order"]!["lines"] = JsonNode.Parse(lines);

        Events.Accepted(json);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("refunded")]
    public void A_void_order_may_still_state_its_tax_and_shipping(string status)
    {
        var json = Sums(0, 25, 49, 0, 0);
        json["order"]!["status"] = status;

        Assert.Equal(0, Events.Accepted(json).Order.Goods);
    }

    [Theory]
    [InlineData("""{"quantity":1,"unitPrice":1}""", "sku", "is missing: a line has a sku or a name")]
    [InlineData("""{"sku":" ","quantity":1,"unitPrice":1}""", "sku", "is missing: a line has a sku or a name")]
    [InlineData("""{"name":7,"quantity":1,"unitPrice":1}""", "name", "must be text, not a number")]
    [InlineData("""{"sku":"a","quantity":1}""", "unitPrice", "is missing: a line has a unitPrice or a total")]
    [InlineData("""{"sku":"a","quantity":1,"total":-1}""", "total", "must not be negative")]
    [InlineData("""{"sku":"a","quantity":1,"total":1.005}""", "total", "has more decimals than SEK (2)")]
    [InlineData("""{"sku":"a","quantity":1,"total":1,"tax":1.005}""", "tax", "has more decimals than SEK (2)")]
    [InlineData(
        """{"sku":"a","quantity":1,"unitPrice":0.123456789}""",
        "unitPrice",
        "has more decimals than a price or tax of one may have (8)"
    )]
    [InlineData(
        """{"sku":"a","quantity":1,"unitPrice":1,"unitTax":0.123456789}""",
        "unitTax",
        "has more decimals than a price or tax of one may have (8)"
    )]
    [InlineData(
        """{"sku":"a","quantity":0,"total":0.01}""",
        "total",
        "must be 0 or left out: the quantity is 0, so the whole line came back"
    )]
    public void A_line_that_is_none_is_refused_with_what_it_needs(string line, string field, string reason) =>
        Assert.Equal(reason, Events.RefusedAt($"$.order.lines[0].{field}", Events.WithRaw("lines", $"[{line}]")));

    [Theory]
    [InlineData("JPY", "total", "1.5", "JPY (0)")]
    [InlineData("KWD", "fees", "-0.0005", "KWD (3)")]
    [InlineData("SEK", "loyalty.points", "1.00005", "points have (4)")]
    [InlineData("SEK", "loyalty.commission", "1.005", "SEK (2)")]
    [InlineData(null, "total", "1.00005", "any currency (4)")]
    [InlineData(null, "loyalty.commission", "1.00005", "any currency (4)")]
    public void More_decimals_than_there_can_be_are_refused_with_who_has_how_many(
        string? currency,
        string field,
        string raw,
        string has
    )
    {
        var json = Events.Minimal(order =>
        {
            order["currency"] = currency;
            order["loyalty"] = new JsonObject();
            var steps = field.Split('.');
            var parent = steps.Length == 1 ? order : order[steps[0]]!;
            parent[steps[^1]] = JsonNode.Parse(raw);
        });

        Assert.Equal([$"has more decimals than {has}"], Events.Refused(json)[$"$.order.{field}"]);
    }

    [Theory]
    [InlineData("""{"name":"Mug","quantity":1,"unitPrice":1}""", "1", null)]
    [InlineData("""{"sku":"a","quantity":3,"unitPrice":7.993,"unitTax":"1.99825"}""", "23.979", "5.99475")]
    [InlineData("""{"sku":"a","quantity":3,"unitPrice":"7.99333333","total":23.98}""", "23.98", null)]
    [InlineData("""{"sku":"a","quantity":3,"total":23.98,"unitTax":2,"tax":5.99}""", "23.98", "5.99")]
    [InlineData("""{"sku":"a","quantity":0,"unitPrice":7.993,"unitTax":1}""", "0.000", "0")]
    [InlineData("""{"sku":"a","quantity":0,"total":0}""", "0", null)]
    public void A_lines_total_counts_and_else_its_unit_price_times_its_quantity(string line, string price, string? tax)
    {
        var read = Events.Accepted(Events.WithRaw("lines", $"[{line}]")).Order.Lines[0];

        Assert.Equal(price, read.Price.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(tax, read.WholeTax?.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_discount_may_have_no_code()
    {
        var order = Events.Accepted(Events.WithRaw("discounts", """[{"amount":1},{"code":"A","amount":2}]""")).Order;

        Assert.Equal([new Discount(null, 1), new Discount("A", 2)], order.Discounts);
        Assert.Equal(["A"], order.Codes);
    }

    [Theory]
    [InlineData("""{"city":"Malmö"}""", """{"country":"NO"}""", "Malmö", null)]
    [InlineData("{}", """{"city":"Oslo","country":"NO"}""", "Oslo", "NO")]
    [InlineData("""{"city":" "}""", """{"country":"NO"}""", null, "NO")]
    [InlineData("null", "null", null, null)]
    public void The_billing_address_stands_in_as_a_whole_or_not_at_all(
        string shipping,
        string billing,
        string? city,
        string? country
    )
    {
        var json = Events.Minimal(order =>
            (order["shippingAddress"], order["billingAddress"]) = (JsonNode.Parse(shipping), JsonNode.Parse(billing))
        );

        var address = Events.Accepted(json).Order.EffectiveAddress;
        Assert.Equal((city, country), (address.City, address.Country));
    }

    private static JsonObject Bare(string status) =>
        new()
        {
            ["occurredAt"] = "2026-11-21T14:03:07+01:00",
            ["order"] = new JsonObject { ["id"] = "1001", ["status"] = status },
        };

    private static JsonObject Sums(decimal total, decimal tax, decimal shipping, decimal shippingTax, decimal fees) =>
        Events.Minimal(order =>
        {
            (order["total"], order["tax"], order["fees"]) = (total, tax, fees);
            (order["shipping"], order["shippingTax"]) = (shipping, shippingTax);
        });
}
