using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Json;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.Katalys;

/// <summary>Keys and types: seeds, katalys-order-status-reporting, Available Fields.</summary>
public sealed class KatalysRequestTests
{
    private static readonly KatalysOptions Options = new() { SiteId = "abcdefg.com" };

    [Fact]
    public void An_order_with_everything_has_every_key_of_the_document()
    {
        var request = Request(json =>
        {
            json["order"] = Parsed(
                """
                {
                  "id": "12345",
                  "alias": "R-9",
                  "status": "paid",
                  "placedAt": "2018-01-01T01:23:40-08:00",
                  "currency": "EUR",
                  "total": 25.67,
                  "tax": 1.48,
                  "shipping": 4.99,
                  "discounts": [
                    { "code": "REVOFFERS_EXAMPLE", "amount": 1.5 },
                    { "code": "SECOND", "amount": 2 }
                  ],
                  "customer": { "email": "email@example.com", "orderCount": 3 },
                  "shippingAddress": { "city": "Provo", "state": "UT", "postalCode": "84601", "country": "US" },
                  "lines": [
                    { "sku": "WLNS_BUNDLE_$", "name": "Wellness Bundle #4", "variant": "blue", "quantity": 2, "unitPrice": 1.99 },
                    { "sku": "B", "quantity": 1, "unitPrice": 15.22 }
                  ]
                }
                """
            );
            json["attribution"] = Parsed("""{ "userAgent": "Mozilla/5.0", "ipAddress": "203.0.113.45" }""");
        });

        AssertBody(
            """
            {
              "site_id": "abcdefg.com",
              "order_id": "12345",
              "order_alias": "R-9",
              "order_status": "paid",
              "order_time": "2018-01-01 01:23:40-08:00",
              "sale_amount": 25.67,
              "subtotal_amount": 19.20,
              "shipping_amount": "4.99",
              "tax_amount": "1.48",
              "currency": "EUR",
              "email_address": "email@example.com",
              "order_count": 3,
              "user_agent": "Mozilla/5.0",
              "ip_address": "203.0.113.45",
              "discount_1_code": "REVOFFERS_EXAMPLE",
              "discount_1_amount": 1.50,
              "discount_2_code": "SECOND",
              "discount_2_amount": 2.00,
              "line_item_1_title": "Wellness Bundle #4",
              "line_item_1_sku": "WLNS_BUNDLE_$",
              "line_item_1_price": 1.99,
              "line_item_1_var": "blue",
              "line_item_1_qty": 2,
              "line_item_2_title": "B",
              "line_item_2_sku": "B",
              "line_item_2_price": 15.22,
              "line_item_2_qty": 1,
              "shipping_city": "Provo",
              "shipping_state": "UT",
              "shipping_postal": "84601",
              "shipping_country": "US"
            }
            """,
            request
        );
    }

    [Fact]
    public void An_order_with_the_least_has_no_key_that_says_nothing()
    {
        var request = Request(json =>
        {
            json.Order()["customer"] = Parsed("""{ "email": "email@example.com", "id": "" }""");
            json.Order()["alias"] = "";
            json.Order()["shippingAddress"] = Parsed("""{ "city": "", "state": " " }""");
            json.Order().Remove("lines");
            json["attribution"] = Parsed("""{ "userAgent": "" }""");
        });

        Assert.Equal(
            [
                "site_id",
                "order_id",
                "order_status",
                "order_time",
                "sale_amount",
                "subtotal_amount",
                "shipping_amount",
                "tax_amount",
                "currency",
                "email_address",
            ],
            request.Fields()
        );
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("paid")]
    [InlineData("cancelled")]
    public void Every_value_is_a_number_or_a_text_with_something_in_it(string status)
    {
        using var body = JsonDocument.Parse(Request(json => json.Order()["status"] = status).BodyText);

        foreach (var field in body.RootElement.EnumerateObject())
        {
            Assert.True(
                field.Value.ValueKind == JsonValueKind.Number
                    || (field.Value.ValueKind == JsonValueKind.String && field.Value.GetString() != ""),
                $"{field} is neither"
            );
        }
    }

    [Fact]
    public void Order_time_is_when_the_order_was_placed_not_when_it_changed()
    {
        var request = Request(json =>
        {
            json["occurredAt"] = "2026-12-01T00:00:00Z";
            json.Order()["status"] = "refunded";
            json.Order()["placedAt"] = "2025-11-21T13:02:51.987Z";
        });

        Assert.Equal("\"2025-11-21 13:02:51+00:00\"", request.Field("order_time"));
    }

    [Theory]
    [InlineData("pending", "pending")]
    [InlineData("paid", "paid")]
    [InlineData("partiallyRefunded", "paid")]
    [InlineData("refunded", "refunded")]
    [InlineData("cancelled", "cancelled")]
    public void A_status_is_one_of_the_documents_four(string status, string expected) =>
        Assert.Equal($"\"{expected}\"", Request(json => json.Order()["status"] = status).Field("order_status"));

    [Fact]
    public void A_partly_refunded_order_stays_paid_with_what_remains()
    {
        var request = Request(json =>
        {
            json.Order()["status"] = "partiallyRefunded";
            json.Order()["total"] = Parsed("62.5");
            json.Order()["tax"] = Parsed("12.5");
        });

        Assert.Equal("\"paid\"", request.Field("order_status"));
        Assert.Equal(("62.50", "50.00"), (request.Field("sale_amount"), request.Field("subtotal_amount")));
        Assert.Equal("\"12.50\"", request.Field("tax_amount"));
    }

    [Fact]
    public void The_subtotal_is_the_sale_minus_shipping_and_tax()
    {
        var request = Request(json =>
        {
            json.Order()["shipping"] = 20;
            json.Order()["discounts"] = Parsed("""[{ "code": "A", "amount": 20 }]""");
        });

        Assert.Equal(("125.00", "80.00"), (request.Field("sale_amount"), request.Field("subtotal_amount")));
        Assert.Equal(("\"20.00\"", "\"25.00\""), (request.Field("shipping_amount"), request.Field("tax_amount")));
    }

    // Its document: "subtotal_amount: This is sale_amount minus shipping and tax"; fees and tips are no goods.
    [Theory]
    [InlineData("7", "132", "125.00")]
    [InlineData("-0.02", "124.98", "125.00")]
    public void Fees_are_in_neither_the_sale_nor_the_subtotal(string fees, string total, string sale)
    {
        var request = Request(json =>
        {
            json.Order()["total"] = Parsed(total);
            json.Order()["fees"] = Parsed(fees);
        });

        Assert.Equal((sale, "100.00"), (request.Field("sale_amount"), request.Field("subtotal_amount")));
        Assert.Equal(("\"0.00\"", "\"25.00\""), (request.Field("shipping_amount"), request.Field("tax_amount")));
    }

    // The document's own example: updateKatalysOrder(myOrderId, { order_status: "paid" }).
    [Theory]
    [InlineData("cancelled")]
    [InlineData("refunded")]
    public void Of_an_order_that_came_to_nothing_the_id_and_the_status_are_enough(string status)
    {
        var bare = Parsed($$"""{ "id": "1001", "status": "{{status}}" }""");
        var orderEvent = Samples.Event(json =>
        {
            json["order"] = bare;
            json.Remove("attribution");
        });

        AssertBody(
            $$"""{ "site_id": "abcdefg.com", "order_id": "1001", "order_status": "{{status}}" }""",
            KatalysRequest.Report(orderEvent, "abcdefg.com", new KatalysLists(Lines: 3, Discounts: 1))
        );
    }

    [Fact]
    public void A_line_whose_price_is_no_whole_minor_unit_is_told_as_two()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = Parsed("23.98");
            json.Order()["tax"] = 0;
            json.Order()["lines"] = Parsed("""[{ "sku": "a", "quantity": 3, "unitPrice": 7.993 }]""");
        });

        Assert.Equal(("7.99", "2"), (request.Field("line_item_1_price"), request.Field("line_item_1_qty")));
        Assert.Equal(("8.00", "1"), (request.Field("line_item_2_price"), request.Field("line_item_2_qty")));
        Assert.Equal(("\"a\"", "\"a\""), (request.Field("line_item_1_sku"), request.Field("line_item_2_sku")));
        Assert.Null(request.Field("line_item_3_price"));
    }

    [Fact]
    public void A_line_that_came_back_is_told_as_0()
    {
        var request = Request(json =>
            json.Order()["lines"]!.AsArray().Insert(0, Parsed("""{ "name": "Mug", "quantity": 0, "unitPrice": 30 }"""))
        );

        Assert.Equal(("0.00", "0"), (request.Field("line_item_1_price"), request.Field("line_item_1_qty")));
        Assert.Equal(("\"Mug\"", "\"Mug\""), (request.Field("line_item_1_title"), request.Field("line_item_1_sku")));
        Assert.Equal(("100.00", "1"), (request.Field("line_item_2_price"), request.Field("line_item_2_qty")));
    }

    [Fact]
    public void A_discount_without_a_code_is_not_named()
    {
        var request = Request(json =>
            json.Order()["discounts"] = Parsed("""[{ "amount": 5 }, { "code": "A", "amount": 2 }]""")
        );

        Assert.Equal(("\"A\"", "2.00"), (request.Field("discount_1_code"), request.Field("discount_1_amount")));
        Assert.Null(request.Field("discount_2_amount"));
    }

    // "All data received ... is processed in the order you submit it", and merged: what is not told again stays.
    [Fact]
    public void Lines_and_discounts_told_before_and_gone_now_are_told_as_0()
    {
        var paid = Samples.Event(json =>
        {
            json.Order()["discounts"] = Parsed("""[{ "code": "A", "amount": 1 }, { "code": "B", "amount": 2 }]""");
            json.Order()["lines"] = Parsed(
                """[{ "sku": "a", "quantity": 3, "total": 40 }, { "sku": "b", "quantity": 1, "total": 60 }]"""
            );
        });
        var told = KatalysRequest.ListsAfter(paid);
        // 40.00 in three pieces are two items.
        Assert.Equal(new KatalysLists(Lines: 3, Discounts: 2), told);

        var refunded = Samples.Event(json =>
        {
            json.Order()["status"] = "partiallyRefunded";
            json.Order()["total"] = 85;
            json.Order()["discounts"] = Parsed("""[{ "code": "A", "amount": 1 }]""");
            json.Order()["lines"] = Parsed("""[{ "sku": "b", "quantity": 1, "total": 60 }]""");
        });
        var request = KatalysRequest.Report(refunded, "abcdefg.com", told);

        Assert.Equal(("\"b\"", "60.00"), (request.Field("line_item_1_sku"), request.Field("line_item_1_price")));
        foreach (var gone in new[] { 2, 3 })
        {
            Assert.Equal("0", request.Field($"line_item_{gone}_price"));
            Assert.Equal("0", request.Field($"line_item_{gone}_qty"));
        }

        Assert.Null(request.Field("line_item_4_price"));
        Assert.Equal(("\"A\"", "1.00"), (request.Field("discount_1_code"), request.Field("discount_1_amount")));
        Assert.Equal((null, "0"), (request.Field("discount_2_code"), request.Field("discount_2_amount")));
        Assert.Null(request.Field("discount_3_amount"));
        // They stay there as 0, so the same event again makes the same request.
        Assert.Equal(told, KatalysRequest.ListsAfter(refunded, told));
    }

    [Fact]
    public void An_event_that_tells_of_no_lines_and_discounts_leaves_those_that_Katalys_has()
    {
        var erp = Samples.Event(json => json.Order().Remove("lines"));
        var told = new KatalysLists(Lines: 2, Discounts: 1);

        var fields = KatalysRequest.Report(erp, "abcdefg.com", told).Fields();

        Assert.DoesNotContain(fields, field => field.StartsWith("line_item_", StringComparison.Ordinal));
        Assert.DoesNotContain(fields, field => field.StartsWith("discount_", StringComparison.Ordinal));
        Assert.Equal(told, KatalysRequest.ListsAfter(erp, told));
    }

    [Fact]
    public void A_discount_that_is_gone_from_an_order_with_lines_is_told_as_0()
    {
        var request = KatalysRequest.Report(Samples.Event(), "abcdefg.com", new KatalysLists(Lines: 1, Discounts: 1));

        Assert.Equal("0", request.Field("discount_1_amount"));
    }

    [Fact]
    public void The_billing_address_stands_in_for_a_shipping_address_that_is_not_there()
    {
        var request = Request(json =>
        {
            json.Order()["shippingAddress"] = Parsed("{}");
            json.Order()["billingAddress"] = Parsed("""{ "city": "Lund", "postalCode": "222 22", "country": "SE" }""");
        });

        Assert.Equal(("\"Lund\"", "\"SE\""), (request.Field("shipping_city"), request.Field("shipping_country")));
        Assert.Equal("\"222 22\"", request.Field("shipping_postal"));
    }

    [Theory]
    [InlineData("""{ "region": "Skåne", "country": "SE" }""", "\"Skåne\"")]
    [InlineData("""{ "region": "West", "state": "UT", "country": "US" }""", "\"UT\"")]
    public void A_region_stands_in_for_a_state_that_is_not_given(string address, string state)
    {
        var request = Request(json => json.Order()["shippingAddress"] = Parsed(address));

        Assert.Equal(state, request.Field("shipping_state"));
    }

    [Fact]
    public void A_report_is_posted_without_credentials()
    {
        var request = Request();

        Assert.Equal(("report", HttpMethod.Post), (request.Purpose, request.Method));
        Assert.Equal("https://db.revoffers.com/v2/_tr_offline", request.Address(Options.BaseUrl).AbsoluteUri);
        Assert.IsType<Credential.None>(request.Credential);
        Assert.Null(request.Credential.Masked);
    }

    private static ProviderRequest Request(Action<JsonObject>? change = null) =>
        KatalysRequest.Report(Samples.Event(change), Options.SiteId!);
}
