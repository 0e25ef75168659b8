using System.Text.Json.Nodes;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Storefronts;
using OrderFunctions.Storefronts.Shopify;
using OrderFunctions.Storefronts.WooCommerce;

namespace OrderFunctions.Core.Tests.Storefronts;

/// <summary>
/// What the platforms' documents make easy to get wrong, a test for each; the numbers are those of docs/storefronts.md.
/// WebhookTrapTests has those about receiving.
/// </summary>
public sealed class MappingTrapTests
{
    private static readonly ShopifyOptions Presentment = new() { Money = ShopifyMoney.Presentment };

    // A rate of -100 % made a division by zero, a shipping price near zero a number beyond all numbers.
    [Theory]
    [InlineData("-1", "10.00")]
    [InlineData("0.1", "0.000000000000000000000000001")]
    public void Amounts_that_nothing_can_be_reckoned_with_are_a_problem_and_no_crash(string rate, string shipping)
    {
        var mapping = Payloads.MapShopify(order =>
        {
            order["taxes_included"] = true;
            order.Money("current_shipping_price", "999999999999");
            var line = order["shipping_lines"]![0]!.AsObject();
            line.Money("discounted_price", shipping);
            var tax = new JsonObject { ["rate"] = rate };
            tax.Money("price", "999999999999");
            line["tax_lines"] = new JsonArray(tax);
            order.Line(0)["tax_lines"] = new JsonArray(new JsonObject { ["price"] = "1.00", ["rate"] = rate });
            order.Line(0)["discount_allocations"] = new JsonArray(
                new JsonObject { ["amount"] = "1.00", ["discount_application_index"] = 0 }
            );
        });

        var problems = Assert.IsType<Mapping.Failed>(mapping).Problems;
        Assert.Equal("$: has amounts that nothing can be reckoned with", $"{problems}");
    }

    // Half a character in the name of a field that nobody asks for hid those beside it behind an exception.
    [Fact]
    public void A_field_s_name_that_is_no_text_does_no_harm_to_the_fields_beside_it()
    {
        var text = Payloads.Shopify().ToJsonString();
        var utf8 = System.Text.Encoding.UTF8.GetBytes(text[..^1] + ",\"em\\ud800ail_\":1,\"i\\ud800\":1}");

        var mapping = new ShopifyStorefront(new ShopifyOptions()).Map("orders/paid", utf8, null, Payloads.ReceivedAt);

        Assert.Equal(Payloads.ShopifyEvent().EventId, Payloads.Event(mapping).EventId);
    }

    [Fact]
    public void Trap_7_a_total_is_what_is_left_after_refunds()
    {
        // Shopify's total_price and WooCommerce's total never shrink.
        Assert.Equal(199.65m, Payloads.ShopifyEvent(ShopifyMappingTests.ThreeLines).Order.Total);
        Assert.Equal(
            31.20m,
            Payloads.WooCommerceEvent(order => order["refunds"] = WooCommerceMappingTests.Refunds("-30.00")).Order.Total
        );
    }

    [Fact]
    public void Trap_8_the_value_of_goods_taken_back_is_not_the_money_paid_back()
    {
        // Goods of 100.00 came back, nothing was paid for them: what the customer still pays is what Shopify says.
        var told = Payloads.ShopifyEvent(order =>
        {
            TakeBackTheMug(order);
            order["refunds"] = new JsonArray(Payloads.Refund("46.67", "4.67", "0.00"));
        });

        Assert.Equal(111.46m, told.Order.Total);
    }

    [Fact]
    public void Trap_9_refunded_line_by_line_is_refunded()
    {
        var told = Payloads.ShopifyEvent(order =>
        {
            order["financial_status"] = "partially_refunded";
            foreach (var line in order.Items("line_items"))
            {
                line!["current_quantity"] = 0;
            }

            order["current_shipping_price_set"] = Payloads.Set("0.00");
            order.Money("current_subtotal_price", "0.00");
            order.Money("current_total_tax", "0.00");
            order.Money("current_total_price", "0.00");
            order["refunds"] = new JsonArray(Payloads.Refund("140.00", "14.00", "162.80"));
        });

        Assert.Equal(OrderStatus.Refunded, told.Order.Status);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("failure")]
    [InlineData("error")]
    public void Trap_10_a_refund_that_has_not_succeeded_is_none(string status)
    {
        var told = Payloads.ShopifyEvent(order =>
        {
            var refund = Payloads.Refund("0.00", "0.00", "20.00", status);
            refund["refund_line_items"] = new JsonArray();
            order["refunds"] = new JsonArray(refund);
        });

        Assert.Equal(162.80m, told.Order.Total);
    }

    [Fact]
    public void Trap_11_a_code_of_the_order_lowers_its_lines_though_their_total_discount_is_0()
    {
        var lines = Payloads.ShopifyEvent().Order.Lines;

        Assert.Equal([93.33m, 46.67m], lines.Select(line => line.Total!.Value));
    }

    [Fact]
    public void Trap_12_a_price_with_tax_in_it_is_told_without() =>
        Assert.Equal(81.96m, Payloads.ShopifyEvent(ShopifyMappingTests.TaxInside).Order.Lines[0].Price);

    [Fact]
    public void Trap_13_of_the_pieces_left_only_their_share_of_the_discount_counts()
    {
        // One of two shirts came back: (100.00 - 6.67) / 2, and half of its tax.
        var told = Payloads.ShopifyEvent(order =>
        {
            order["financial_status"] = "partially_refunded";
            order.Line(0)["current_quantity"] = 1;
            order.Money("current_subtotal_price", "93.33");
            order.Money("current_total_tax", "10.14");
            order.Money("current_total_price", "111.47");
            order["refunds"] = new JsonArray(Payloads.Refund("46.67", "4.66", "51.33"));
        });

        Assert.Equal(
            "PartiallyRefunded 111.47 USD: goods 93.33 [1xTEE-M=46.66+4.67 1xMUG=46.67+4.67], tax 10.14, shipping 8+0.8, fees 0",
            told.Sums()
        );
        // 6.67 / 2 + 3.33 = 6.665.
        Assert.Equal(6.67m, Assert.Single(told.Order.Discounts).Amount);
    }

    [Fact]
    public void Trap_14_the_tax_of_goods_taken_back_is_part_of_what_was_paid_back()
    {
        // 51.34 paid back for 46.67 of goods and 4.67 of their tax: nothing beyond them.
        var told = Payloads.ShopifyEvent(order =>
        {
            TakeBackTheMug(order);
            order["refunds"] = new JsonArray(Payloads.Refund("46.67", "4.67", "51.34"));
        });

        Assert.Equal(
            "PartiallyRefunded 111.46 USD: goods 93.33 [2xTEE-M=93.33+9.33], tax 10.13, shipping 8+0.8, fees 0",
            told.Sums()
        );
    }

    [Fact]
    public void Trap_15_all_amounts_are_in_one_currency()
    {
        Assert.Equal(
            "Paid 162.8 USD: goods 140 [2xTEE-M=93.33+9.33 1xMUG=46.67+4.67], tax 14.8, shipping 8+0.8, fees 0",
            Payloads.ShopifyEvent(InTwoCurrencies).Sums()
        );
        // Each yen amount is 150 times as much, but for the rounding of each.
        Assert.Equal(
            "Paid 24420 JPY: goods 21000 [2xTEE-M=14000+1400 1xMUG=7000+700], tax 2220, shipping 1200+120, fees 0",
            Payloads.ShopifyEvent(InTwoCurrencies, Presentment).Sums()
        );
    }

    [Fact]
    public void Trap_15_a_refund_in_the_shopper_s_currency_is_compared_with_goods_in_that_currency()
    {
        static void Refunded(JsonObject order)
        {
            InTwoCurrencies(order);
            order["financial_status"] = "partially_refunded";
            var refund = Payloads.Refund("0.00", "0.00", "2442", currency: "JPY");
            refund["refund_line_items"] = new JsonArray();
            order["refunds"] = new JsonArray(refund);
        }

        // A tenth of what was paid: 16.28 of 162.80.
        Assert.Equal(146.52m, Payloads.ShopifyEvent(Refunded).Order.Total);
        Assert.Equal(21978m, Payloads.ShopifyEvent(Refunded, Presentment).Order.Total);
    }

    [Fact]
    public void Trap_16_WooCommerces_price_is_not_read()
    {
        var told = Payloads.WooCommerceEvent(order =>
        {
            foreach (var line in order.Items("line_items"))
            {
                line!["price"] = 14.309999999999999;
            }
        });

        Assert.Equal(Payloads.WooCommerceEvent().Sums(), told.Sums());
    }

    [Fact]
    public void Trap_17_amounts_of_more_decimals_than_the_currency_has_are_rounded_and_still_add_up()
    {
        var told = Payloads.WooCommerceEvent(order =>
        {
            order["total"] = "61.1998";
            order["total_tax"] = "10.1999";
            order.Line(0)["total"] = "35.9999";
            order.Line(1)["total"] = "10.0000";
            order.Line(1)["total_tax"] = "2.0004";
        });

        Assert.Equal("Paid 61.2 EUR: goods 46 [2xCAP=36+7.2 3x23=10+2], tax 10.2, shipping 5+1, fees 0", told.Sums());
    }

    [Fact]
    public void Trap_18_a_refund_that_did_not_move_the_order_s_time_is_the_newer_and_a_second_one_newer_still()
    {
        var paid = Payloads.WooCommerceEvent();
        var once = Payloads.WooCommerceEvent(order => order["refunds"] = WooCommerceMappingTests.Refunds("-1.00"));
        var twice = Payloads.WooCommerceEvent(order =>
            order["refunds"] = WooCommerceMappingTests.Refunds("-1.00", "-1.00")
        );

        Assert.True(twice.Version.IsNewerThan(once.Version) && once.Version.IsNewerThan(paid.Version));
    }

    [Fact]
    public void Trap_18_of_one_second_the_later_status_is_the_newer()
    {
        var pending = Payloads.ShopifyEvent(order => order["financial_status"] = "pending");
        var cancelled = Payloads.ShopifyEvent(order => order["cancelled_at"] = "2026-11-21T14:03:07+01:00");

        Assert.True(Payloads.ShopifyEvent().Version.IsNewerThan(pending.Version));
        Assert.True(cancelled.Version.IsNewerThan(Payloads.ShopifyEvent().Version));
    }

    [Fact]
    public void Trap_20_a_deleted_order_is_cancelled_by_its_id_alone()
    {
        var storefront = new WooCommerceStorefront(new WooCommerceOptions());
        var payload = new JsonObject { ["id"] = 727 };

        var told = Payloads.Event(Payloads.Map(storefront, payload, "order.deleted"));

        Assert.Equal(
            ("727", OrderStatus.Cancelled, null, null, Payloads.ReceivedAt),
            (told.Order.Id, told.Order.Status, told.Order.Total, told.Attribution, told.OccurredAt)
        );
        // By number it can't be found: a person hears of it.
        var byNumber = new WooCommerceStorefront(new WooCommerceOptions { OrderId = "number" });
        Assert.Equal("727", Assert.IsType<Mapping.Failed>(Payloads.Map(byNumber, payload, "order.deleted")).OrderId);
    }

    [Fact]
    public void Trap_21_tests_and_drafts_are_ignored()
    {
        Assert.Equal(new Mapping.Ignored(IgnoredBecause.Test), Payloads.MapShopify(order => order["test"] = true));
        foreach (var draft in new[] { "checkout-draft", "draft", "auto-draft" })
        {
            Assert.Equal(
                new Mapping.Ignored(IgnoredBecause.Draft),
                Payloads.MapWooCommerce(order => order["status"] = draft)
            );
        }
    }

    [Fact]
    public void Trap_22_whether_a_customer_is_new_is_not_known()
    {
        Assert.Null(Payloads.ShopifyEvent().Order.Customer.IsNew);
        Assert.Null(Payloads.WooCommerceEvent().Order.Customer.IsNew);
    }

    [Fact]
    public void Trap_24_an_id_keeps_all_its_digits() =>
        Assert.Equal("820982911946154508", Payloads.ShopifyEvent(order => order["id"] = 820982911946154508).Order.Id);

    [Theory]
    [InlineData("refunds/create")]
    [InlineData("orders/edited")]
    [InlineData("draft_orders/create")]
    [InlineData("products/update")]
    public void Trap_25_what_is_no_order_is_ignored(string topic) =>
        Assert.Equal(new Mapping.Ignored(IgnoredBecause.Topic), Payloads.MapShopify(topic: topic));

    [Fact]
    public void Trap_25_a_refund_that_comes_as_an_order_is_for_a_person_and_says_what_is_missing()
    {
        var refund = new JsonObject { ["id"] = 509562969, ["order_id"] = 450789469001 };

        var failed = Assert.IsType<Mapping.Failed>(
            Payloads.Map(new ShopifyStorefront(new ShopifyOptions()), refund, "orders/updated")
        );

        Assert.Equal("509562969", failed.OrderId);
        Assert.Contains("$.updated_at: is missing", $"{failed.Problems}", StringComparison.Ordinal);
    }

    private static void TakeBackTheMug(JsonObject order)
    {
        order["financial_status"] = "partially_refunded";
        order.Line(1)["current_quantity"] = 0;
        order.Money("current_subtotal_price", "93.33");
        order.Money("current_total_tax", "10.13");
        order.Money("current_total_price", "111.46");
    }

    // The shop's dollars, and the yen that the shopper saw.
    private static void InTwoCurrencies(JsonObject order)
    {
        order["presentment_currency"] = "JPY";
        Add(order);
        order["current_shipping_price_set"] = Payloads.Set("8.00", "1200");

        static void Add(JsonNode? node)
        {
            if (node is JsonArray array)
            {
                foreach (var item in array)
                {
                    Add(item);
                }
            }

            if (node is not JsonObject found)
            {
                return;
            }

            foreach (var (_, child) in found.ToList())
            {
                Add(child);
            }

            if (found["shop_money"] is { } shop)
            {
                var dollars = JsonAmount.Parse(shop["amount"]!.GetValue<string>())!.Value;
                // To the hundred, as this shop shows its prices; the rest below by hand.
                var yen = decimal.Round(dollars * 150 / 100, MidpointRounding.AwayFromZero) * 100;
                yen = dollars switch
                {
                    14.80m => 2220,
                    162.80m => 24420,
                    0.80m => 120,
                    _ => yen,
                };
                found["presentment_money"] = new JsonObject { ["amount"] = $"{yen:0}" };
            }
        }
    }
}
