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

    [Fact]
    public void A_region_stands_in_for_a_state_that_is_not_given()
    {
        var request = Request(json =>
            json.Order()["shippingAddress"] = Parsed("""{ "region": "Skåne", "country": "SE" }""")
        );

        Assert.Equal("\"Skåne\"", request.Field("shipping_state"));
    }

    [Fact]
    public void A_report_is_posted_without_credentials()
    {
        var request = Request();

        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal("https://db.revoffers.com/v2/_tr_offline", request.Address(Options.BaseUrl).AbsoluteUri);
        Assert.IsType<Credential.None>(request.Credential);
        Assert.Null(request.Credential.Masked);
    }

    private static ProviderRequest Request(Action<JsonObject>? change = null) =>
        Sent(new KatalysProvider(Options).Next(Samples.Event(change), PriorState.Nothing));
}
