using System.Text.Json.Nodes;
using OrderFunctions.Orders;
using OrderFunctions.Storefronts.Shopify;

namespace OrderFunctions.Core.Tests.Storefronts;

/// <summary>Values worked out by hand from Shopify's documented fields.</summary>
public sealed class ShopifyMappingTests
{
    private const string Plain =
        "Paid 162.8 USD: goods 140 [2xTEE-M=93.33+9.33 1xMUG=46.67+4.67], tax 14.8, shipping 8+0.8, fees 0";

    [Fact]
    public void An_order_with_a_code_is_told_after_discounts_and_without_tax()
    {
        var told = Payloads.ShopifyEvent();

        Assert.Equal(Plain, told.Sums());
        var order = told.Order;
        Assert.Equal(("450789469001", "#1001", 172.80m), (order.Id, order.Alias, order.TotalBeforeDiscounts));
        Assert.Equal([new Discount("SUMMER10", 10)], order.Discounts);
        Assert.Equal(new Customer("207119551", "alex@example.com", null, null), order.Customer);
        Assert.Equal(new Address("Springfield", "Illinois", "IL", "62701", "US"), order.ShippingAddress);
        Assert.Equal(DateTimeOffset.Parse("2026-11-21T14:03:07+01:00", null), told.OccurredAt);
        Assert.Equal(DateTimeOffset.Parse("2026-11-21T14:02:51+01:00", null), order.PlacedAt);
    }

    [Fact]
    public void Attribution_is_what_the_cart_s_attributes_say_and_else_the_landing_page()
    {
        var visit = Payloads.ShopifyEvent().Attribution!;

        Assert.Equal(["vis_3f2c1a97"], visit.VisitorIds);
        Assert.Equal(
            ("77_f3afbe121", "59d08c54-18e6-4e0d-9c06-d18be3510e43", "nick.t.4"),
            (visit.AvantLinkToken, visit.RetrackClick, visit.Affiliate)
        );
        Assert.Equal("https://store.example.com/products/tee?avad=77_f3afbe121&duel_a=nick.t.4", visit.PageUrl);
        Assert.Equal(("203.0.113.45", "https://blog.example.org/tees"), (visit.IpAddress, visit.ReferrerUrl));
    }

    [Fact]
    public void An_attribute_counts_before_the_landing_page() =>
        Assert.Equal(
            "later",
            Payloads
                .ShopifyEvent(order =>
                    order.Items("note_attributes").Add(new JsonObject { ["name"] = "_avad", ["value"] = "later" })
                )
                .Attribution!.AvantLinkToken
        );

    [Fact]
    public void A_landing_page_that_Shopify_has_cut_gives_no_half_of_a_click()
    {
        var page = $"/p?duel_a=nick&x={new string('x', 220)}&avad=77_f3afbe121"[..255];

        var visit = Payloads.ShopifyEvent(order => order["landing_site"] = page).Attribution!;

        Assert.Equal((null, "nick"), (visit.AvantLinkToken, visit.Affiliate));
    }

    [Fact]
    public void The_order_s_key_is_never_told() =>
        Assert.DoesNotContain(
            "secret",
            Payloads.ShopifyEvent(order => order["landing_site"] = null).ToString()
                + Payloads.ShopifyEvent().Attribution,
            StringComparison.Ordinal
        );

    // Shopify's own example of a refund (REST Order, API 2026-07): 597.00 in three lines, a code of 10.00 across them,
    // tax 11.94, two lines taken back.
    [Fact]
    public void Two_of_three_lines_came_back() =>
        Assert.Equal(
            "PartiallyRefunded 199.65 USD: goods 195.67 [1xC=195.67+3.98], tax 3.98, shipping 0+0, fees 0",
            Payloads.ShopifyEvent(ThreeLines).Sums()
        );

    [Fact]
    public void Less_money_than_the_goods_were_worth_changes_nothing() =>
        Assert.Equal(
            Payloads.ShopifyEvent(ThreeLines).Sums(),
            Payloads
                .ShopifyEvent(order =>
                {
                    ThreeLines(order);
                    order["refunds"]![0]!["transactions"]![0]!["amount"] = "1.00";
                })
                .Sums()
        );

    // 199.65 - (409.29 - 399.29) = 189.65; tax 3.98 x 189.65 / 199.65 = 3.78.
    [Fact]
    public void Money_beyond_the_goods_is_taken_off_goods_and_tax_in_proportion() =>
        Assert.Equal(
            "PartiallyRefunded 189.65 USD: goods 185.87 [1xC=185.87+3.78], tax 3.78, shipping 0+0, fees 0",
            Payloads
                .ShopifyEvent(order =>
                {
                    ThreeLines(order);
                    order["refunds"]![0]!["transactions"]![0]!["amount"] = "409.29";
                })
                .Sums()
        );

    [Fact]
    public void Money_that_Shopify_has_taken_off_the_total_itself_is_not_taken_off_twice() =>
        Assert.Equal(
            "PartiallyRefunded 152.8 USD: goods 130 [2xTEE-M=93.33+9.33 1xMUG=46.67+4.67], tax 14.8, shipping 8+0.8, fees 0",
            Payloads
                .ShopifyEvent(order =>
                {
                    order["financial_status"] = "partially_refunded";
                    order.Money("current_total_price", "152.80");
                    var refund = Payloads.Refund("0.00", "0.00", "10.00");
                    refund["refund_line_items"] = new JsonArray();
                    order.Items("refunds").Add((JsonNode)refund);
                })
                .Sums()
        );

    // 2 x 45.08 with 10 % inside: 8.20 of 90.16.
    [Fact]
    public void Tax_inside_prices_is_taken_out() =>
        Assert.Equal(
            "Paid 90.16 AUD: goods 81.96 [2xTEE-M=81.96+8.2], tax 8.2, shipping 0+0, fees 0",
            Payloads.ShopifyEvent(TaxInside).Sums()
        );

    // 10.00 off with 10 % inside is 9.09 off without.
    [Fact]
    public void A_discount_with_tax_inside_is_told_without() =>
        Assert.Equal(
            [new Discount("SUMMER10", 9.09m)],
            Payloads
                .ShopifyEvent(order =>
                {
                    TaxInside(order);
                    order.Line(0)["discount_allocations"] = new JsonArray(Allocation("10.00", 0));
                })
                .Order.Discounts
        );

    [Fact]
    public void Automatic_discounts_lower_the_price_and_have_no_entry()
    {
        var told = Payloads.ShopifyEvent(order =>
        {
            order["discount_codes"] = new JsonArray();
            order["discount_applications"]![0]!["type"] = "automatic";
        });

        Assert.Equal((Plain, 0), (told.Sums(), told.Order.Discounts.Count));
    }

    [Fact]
    public void A_code_for_shipping_is_told_with_what_it_took_off_the_shipping()
    {
        var told = Payloads.ShopifyEvent(order =>
        {
            order["discount_applications"]!
                .AsArray()
                .Add(new JsonObject { ["type"] = "discount_code", ["code"] = "FREESHIP" });
            var shipping = order["shipping_lines"]![0]!.AsObject();
            shipping.Money("discounted_price", "0.00");
            shipping["discount_allocations"] = new JsonArray(Allocation("8.00", 1));
            shipping["tax_lines"] = new JsonArray();
            order["current_shipping_price_set"] = Payloads.Set("0.00");
            order.Money("current_total_tax", "14.00");
            order.Money("current_total_price", "154.00");
        });

        Assert.Equal(
            "Paid 154 USD: goods 140 [2xTEE-M=93.33+9.33 1xMUG=46.67+4.67], tax 14, shipping 0+0, fees 0",
            told.Sums()
        );
        Assert.Equal([new Discount("SUMMER10", 10), new Discount("FREESHIP", 8)], told.Order.Discounts);
    }

    [Fact]
    public void Tips_duties_fees_and_rounding_are_no_goods() =>
        Assert.Equal(
            "Paid 182.77 USD: goods 140 [2xTEE-M=93.33+9.33 1xMUG=46.67+4.67], tax 14.8, shipping 8+0.8, fees 19.97",
            Payloads
                .ShopifyEvent(order =>
                {
                    order["total_tip_received"] = "5.00";
                    order["current_total_duties_set"] = Payloads.Set("12.00");
                    order["current_total_additional_fees_set"] = Payloads.Set("3.00");
                    order["total_cash_rounding_payment_adjustment_set"] = Payloads.Set("-0.03");
                    order.Money("current_total_price", "182.77");
                })
                .Sums()
        );

    [Theory]
    [InlineData("gift_card")]
    [InlineData("tip_payment_gateway")]
    public void A_gift_card_that_is_sold_and_a_tip_as_a_line_are_no_goods(string field) =>
        Assert.Equal(
            "Paid 187.8 USD: goods 140 [2xTEE-M=93.33+9.33 1xMUG=46.67+4.67], tax 14.8, shipping 8+0.8, fees 25",
            Payloads
                .ShopifyEvent(order =>
                {
                    var line = new JsonObject
                    {
                        ["title"] = "Gift card",
                        ["quantity"] = 1,
                        ["current_quantity"] = 1,
                        [field] = field == "gift_card" ? true : "stripe",
                    };
                    line.Money("price", "25.00");
                    order.Items("line_items").Add((JsonNode)line);
                    order.Money("current_subtotal_price", "165.00");
                    order.Money("current_total_price", "187.80");
                })
                .Sums()
        );

    [Fact]
    public void A_gift_card_that_is_used_pays_and_takes_nothing_off()
    {
        var told = Payloads.ShopifyEvent(order =>
            order["payment_gateway_names"] = new JsonArray("gift_card", "shopify_payments")
        );

        Assert.Equal(Plain, told.Sums());
    }

    [Theory]
    [InlineData("pending", "Pending")]
    [InlineData("authorized", "Pending")]
    [InlineData("partially_paid", "Pending")]
    [InlineData("expired", "Pending")]
    [InlineData("of next year", "Pending")]
    [InlineData("paid", "Paid")]
    [InlineData("partially_refunded", "PartiallyRefunded")]
    [InlineData("refunded", "Refunded")]
    [InlineData("voided", "Cancelled")]
    public void The_status_is_that_of_the_money(string financial, string status) =>
        Assert.Equal(status, $"{Payloads.ShopifyEvent(order => order["financial_status"] = financial).Order.Status}");

    [Fact]
    public void A_cancelled_order_comes_to_nothing_whatever_its_total_says() =>
        Assert.Equal(
            "Cancelled 0 USD: goods 0 [], tax 0, shipping 0+0, fees 0",
            Payloads
                .ShopifyEvent(order =>
                {
                    order["cancelled_at"] = "2026-11-22T10:00:00+01:00";
                    order["financial_status"] = "refunded";
                })
                .Sums()
        );

    [Fact]
    public void A_guest_at_the_till_has_no_customer_no_address_and_no_browser()
    {
        var told = Payloads.ShopifyEvent(order =>
        {
            order["source_name"] = "pos";
            foreach (
                var field in new[]
                {
                    "customer",
                    "email",
                    "contact_email",
                    "shipping_address",
                    "billing_address",
                    "client_details",
                    "browser_ip",
                    "landing_site",
                    "referring_site",
                    "note_attributes",
                }
            )
            {
                order[field] = null;
            }
        });

        Assert.True(told.Order.InStore);
        Assert.Equal((Customer.Unknown, Address.Unknown), (told.Order.Customer, told.Order.ShippingAddress));
        Assert.Null(told.Order.BillingAddress);
        Assert.Equal(
            (null, null, 0),
            (told.Attribution!.UserAgent, told.Attribution.IpAddress, told.Attribution.VisitorIds.Count)
        );
    }

    [Fact]
    public void An_order_of_nothing_to_pay_is_paid() =>
        Assert.Equal(
            "Paid 0 USD: goods 0 [2xTEE-M=0+0 1xMUG=0+0], tax 0, shipping 0+0, fees 0",
            Payloads
                .ShopifyEvent(order =>
                {
                    foreach (var field in new[] { "price", "subtotal_price", "total_tax" })
                    {
                        order.Money(field == "price" ? "current_total_price" : $"current_{field}", "0.00");
                    }

                    order["current_shipping_price_set"] = Payloads.Set("0.00");
                    foreach (var line in order.Items("line_items"))
                    {
                        line!["tax_lines"] = new JsonArray();
                        line["discount_allocations"] = new JsonArray(
                            Allocation(line["sku"]!.GetValue<string>() == "MUG" ? "50.00" : "100.00", 0)
                        );
                    }
                })
                .Sums()
        );

    [Theory]
    [InlineData("id", "450789469001", "#1001")]
    [InlineData("name", "#1001", null)]
    [InlineData("order_number", "1001", "#1001")]
    public void The_order_s_id_is_the_field_that_the_setting_names(string setting, string id, string? alias)
    {
        var order = Payloads.ShopifyEvent(options: new ShopifyOptions { OrderId = setting }).Order;

        Assert.Equal((id, alias), (order.Id, order.Alias));
    }

    [Fact]
    public void Of_a_further_shop_the_numbers_carry_its_name_for_they_begin_anew_in_each()
    {
        var storefront = new ShopifyStorefront(new ShopifyOptions { OrderId = "name" });

        var told = Payloads.Event(Payloads.Map(storefront, Payloads.Shopify(), "orders/paid", shop: "outlet"));

        Assert.Equal(("outlet-#1001", "#1001"), (told.Order.Id, told.Order.Alias));
    }

    internal static void ThreeLines(JsonObject order)
    {
        order["financial_status"] = "partially_refunded";
        var lines = new JsonArray();
        foreach (var (sku, now, off) in new[] { ("A", 0, "3.34"), ("B", 0, "3.33"), ("C", 1, "3.33") })
        {
            var line = new JsonObject
            {
                ["sku"] = sku,
                ["title"] = sku,
                ["product_id"] = 1,
                ["quantity"] = 1,
                ["current_quantity"] = now,
                ["total_discount"] = "0.00",
                ["discount_allocations"] = new JsonArray(Allocation(off, 0)),
                ["tax_lines"] = new JsonArray(new JsonObject { ["rate"] = 0.02, ["price_set"] = Payloads.Set("3.98") }),
            };
            line.Money("price", "199.00");
            lines.Add((JsonNode)line);
        }

        order["line_items"] = lines;
        order["shipping_lines"] = new JsonArray();
        order["current_shipping_price_set"] = null;
        order.Money("total_price", "598.94");
        order.Money("current_subtotal_price", "195.67");
        order.Money("current_total_tax", "3.98");
        order.Money("current_total_price", "199.65");
        // 195.66 + 195.67 of goods, 7.96 of tax; 209.00 was paid back.
        order["refunds"] = new JsonArray(Payloads.Refund("391.33", "7.96", "209.00"));
    }

    internal static void TaxInside(JsonObject order)
    {
        order["taxes_included"] = true;
        order["currency"] = "AUD";
        order["presentment_currency"] = "AUD";
        order.Items("line_items").RemoveAt(1);
        var line = order.Line(0);
        line.Money("price", "45.08");
        line["discount_allocations"] = new JsonArray();
        line["tax_lines"] = new JsonArray(new JsonObject { ["rate"] = 0.1, ["price_set"] = Payloads.Set("8.20") });
        order["shipping_lines"] = new JsonArray();
        order["current_shipping_price_set"] = Payloads.Set("0.00");
        order.Money("current_subtotal_price", "90.16");
        order.Money("current_total_tax", "8.20");
        order.Money("current_total_price", "90.16");
    }

    internal static JsonObject Allocation(string amount, int application) =>
        new()
        {
            ["amount"] = amount,
            ["amount_set"] = Payloads.Set(amount),
            ["discount_application_index"] = application,
        };
}
