using System.Text.Json.Nodes;
using OrderFunctions.Providers;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;
using static OrderFunctions.Core.Tests.Providers.Retrack.RetrackCase;

namespace OrderFunctions.Core.Tests.Providers.Retrack;

/// <summary>Seeds, retrack-server-to-server: minor units, without VAT and shipping.</summary>
public sealed class RetrackRequestTests
{
    private const string OtherEvent = "7649bf56-4345-46e4-8c77-04bbd2f3bcd3";

    [Fact]
    public void A_total_of_125_SEK_with_25_VAT_is_an_order_sum_of_10000_and_a_VAT_sum_of_2500() =>
        AssertBody(
            $$"""
            {
              "event": "{{EventId}}",
              "click": "{{Click}}",
              "orderNumber": "1001",
              "orderSum": 10000,
              "vatSum": 2500,
              "currency": "SEK",
              "products": [
                {
                  "event": "{{EventId}}",
                  "reference": "testabc123",
                  "quantity": 1,
                  "name": "Testprodukt",
                  "price": 10000,
                  "vat": 2500
                }
              ]
            }
            """,
            Request()
        );

    // Retrack's script example: lines of 1250 and 375 SEK with 25 % VAT in them.
    [Fact]
    public void Lines_of_1250_and_375_SEK_with_VAT_are_1300_without_and_325_VAT()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = 1625;
            json.Order()["tax"] = 325;
            json.Order()["lines"] = Parsed(
                """
                [
                  { "sku": "a", "quantity": 1, "unitPrice": 1000.00, "unitTax": 250.00 },
                  { "sku": "b", "quantity": 1, "unitPrice": 300.00, "unitTax": 75.00 }
                ]
                """
            );
        });

        AssertSums(request, "130000", "32500", discountSum: null);
        Assert.Equal(("100000", "25000"), (request.Field("products/0/price"), request.Field("products/0/vat")));
        Assert.Equal(("30000", "7500"), (request.Field("products/1/price"), request.Field("products/1/vat")));
    }

    [Theory]
    [InlineData("JPY", "125", "25", "100", "25")]
    [InlineData("KWD", "125.125", "25.025", "100100", "25025")]
    [InlineData("EUR", "0.05", "0.01", "4", "1")]
    public void Minor_units_are_those_of_the_currency(
        string currency,
        string total,
        string tax,
        string orderSum,
        string vatSum
    )
    {
        var request = Request(json =>
        {
            json.Order()["currency"] = currency;
            json.Order()["total"] = Parsed(total);
            json.Order()["tax"] = Parsed(tax);
            json.Order().Remove("lines");
        });

        AssertSums(request, orderSum, vatSum, discountSum: null);
        Assert.Equal($"\"{currency}\"", request.Field("currency"));
    }

    [Fact]
    public void Shipping_and_the_tax_on_it_are_left_out_of_the_sums()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = Parsed("186.25");
            json.Order()["shipping"] = 49;
            json.Order()["tax"] = Parsed("37.25");
            json.Order()["shippingTax"] = Parsed("12.25");
        });

        AssertSums(request, "10000", "2500", discountSum: null);
    }

    [Fact]
    public void A_general_discount_is_what_the_products_exceed_the_order_by()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = 100;
            json.Order()["tax"] = 20;
            json.Order()["discounts"] = Parsed("""[{ "code": "SUMMER", "amount": 25 }]""");
        });

        AssertSums(request, "8000", "2000", discountSum: "2000");
        Assert.Equal("10000", request.Field("products/0/price"));
    }

    [Fact]
    public void A_price_is_of_one_and_counts_as_often_as_its_quantity()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = 350;
            json.Order()["tax"] = 70;
            json.Order()["lines"]![0]!["quantity"] = 3;
        });

        AssertSums(request, "28000", "7000", discountSum: "2000");
        Assert.Equal(("3", "10000"), (request.Field("products/0/quantity"), request.Field("products/0/price")));
        Assert.Equal("2500", request.Field("products/0/vat"));
    }

    [Fact]
    public void Lines_that_come_to_less_than_the_order_are_left_out_and_noted()
    {
        var step = Next(PriorState.Nothing, json => json.Order()["lines"]![0]!["unitPrice"] = 90);

        AssertSums(Sent(step), "10000", "2500", discountSum: null);
        Assert.Null(Sent(step).Field("products"));
        Assert.Contains("9000", NoteOf(step), StringComparison.Ordinal);
        Assert.Contains("10000", NoteOf(step), StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_without_lines_has_no_products_and_needs_no_note()
    {
        var step = Next(PriorState.Nothing, json => json.Order().Remove("lines"));

        Assert.Null(Sent(step).Field("products"));
        Assert.Null(NoteOf(step));
    }

    [Fact]
    public void A_line_with_an_event_of_its_own_overrides_the_orders()
    {
        var request = Request(json => json.Order()["lines"]![0]!["retrackEventId"] = OtherEvent);

        Assert.Equal($"\"{EventId}\"", request.Field("event"));
        Assert.Equal($"\"{OtherEvent}\"", request.Field("products/0/event"));
    }

    [Fact]
    public void A_line_without_a_name_bears_its_sku() =>
        Assert.Equal(
            "\"testabc123\"",
            Request(json => json.Order()["lines"]![0]!.AsObject().Remove("name")).Field("products/0/name")
        );

    // Every product of the document has its VAT.
    [Fact]
    public void Lines_without_their_tax_are_left_out_and_noted()
    {
        var step = Next(PriorState.Nothing, json => json.Order()["lines"]![0]!.AsObject().Remove("unitTax"));

        AssertSums(Sent(step), "10000", "2500", discountSum: null);
        Assert.Null(Sent(step).Field("products"));
        Assert.Contains("unitTax", NoteOf(step), StringComparison.Ordinal);
    }

    [Fact]
    public void A_transaction_is_posted_with_the_token()
    {
        var request = Request();

        Assert.Equal(HttpMethod.Post, request.Method);
        Assert.Equal("https://retrack.refunder.com/api/v2/transactions", request.Address(Options.BaseUrl).AbsoluteUri);
        Assert.IsType<Credential.Bearer>(request.Credential);
        Assert.Equal(["retrack-bearer-token"], request.Credential.SecretNames);
        Assert.Equal(TheProvider.SecretNames, request.Credential.SecretNames);
    }

    private static ProviderRequest Request(Action<JsonObject>? change = null) => Sent(Next(PriorState.Nothing, change));

    private static void AssertSums(ProviderRequest request, string orderSum, string vatSum, string? discountSum) =>
        Assert.Equal(
            (orderSum, vatSum, discountSum),
            (request.Field("orderSum"), request.Field("vatSum"), request.Field("discountSum"))
        );
}
