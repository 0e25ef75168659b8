using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.TestKit;
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
            json.Order()["total"] = 225;
            json.Order()["tax"] = 45;
            json.Order()["lines"]![0]!["quantity"] = 2;
            json.Order()["discounts"] = Parsed("""[{ "amount": 20 }]""");
        });

        AssertSums(request, "18000", "4500", discountSum: "2000");
        Assert.Equal(("2", "10000"), (request.Field("products/0/quantity"), request.Field("products/0/price")));
        Assert.Equal("2250", request.Field("products/0/vat"));
    }

    // Its own page calls it a general discount: what the order was reduced by, not what is wrong with the lines.
    [Fact]
    public void Without_a_discount_of_the_order_there_is_no_discountSum_and_the_products_are_told_in_proportion()
    {
        var step = Created(json =>
        {
            json.Order()["status"] = "partiallyRefunded";
            json.Order()["total"] = 75;
            json.Order()["tax"] = 15;
            json.Order()["lines"] = Parsed(
                $$"""
                [
                  { "sku": "a", "quantity": 1, "unitPrice": 75, "unitTax": 18.75 },
                  { "sku": "b", "quantity": 1, "unitPrice": 25, "unitTax": 6.25, "retrackEventId": "{{OtherEvent}}" }
                ]
                """
            );
        });

        AssertSums(Sent(step), "6000", "1500", discountSum: null);
        AssertProducts(Sent(step), ("a", 1, 4500, 1125), ("b", 1, 1500, 375));
        Assert.Equal($"\"{OtherEvent}\"", Sent(step).Field("products/1/event"));
        Assert.Contains("10000", NoteOf(step), StringComparison.Ordinal);
        Assert.Contains("6000", NoteOf(step), StringComparison.Ordinal);
    }

    [Fact]
    public void A_discountSum_is_no_more_than_the_order_s_discounts()
    {
        var request = Request(json =>
        {
            json.Order()["status"] = "partiallyRefunded";
            json.Order()["total"] = 50;
            json.Order()["tax"] = 10;
            json.Order()["discounts"] = Parsed("""[{ "code": "SUMMER", "amount": 20 }]""");
        });

        AssertSums(request, "4000", "1000", discountSum: "2000");
        AssertProducts(request, ("testabc123", 1, 6000, 1000));
    }

    [Fact]
    public void What_no_line_tells_of_is_told_as_other_goods_so_that_the_lines_keep_their_events()
    {
        var step = Created(json =>
        {
            json.Order()["lines"]![0]!["unitPrice"] = 60;
            json.Order()["lines"]![0]!["unitTax"] = 15;
            json.Order()["lines"]![0]!["retrackEventId"] = OtherEvent;
        });

        AssertSums(Sent(step), "10000", "2500", discountSum: null);
        AssertProducts(Sent(step), ("testabc123", 1, 6000, 1500), ("other", 1, 4000, 1000));
        Assert.Equal($"\"{OtherEvent}\"", Sent(step).Field("products/0/event"));
        Assert.Equal($"\"{EventId}\"", Sent(step).Field("products/1/event"));
        Assert.Equal("\"Other goods\"", Sent(step).Field("products/1/name"));
        Assert.Contains("6000", NoteOf(step), StringComparison.Ordinal);
        Assert.Contains("10000", NoteOf(step), StringComparison.Ordinal);
    }

    // 3 x 7.993 is 23.979, told as 23.98; the 20 % on it, 4.80, are 1.60 each.
    [Fact]
    public void A_line_whose_price_is_no_whole_minor_unit_is_told_as_two()
    {
        var step = Created(json =>
        {
            json.Order()["total"] = Parsed("28.78");
            json.Order()["tax"] = Parsed("4.80");
            json.Order()["lines"] = Parsed("""[{ "sku": "a", "quantity": 3, "unitPrice": 7.993 }]""");
        });

        AssertSums(Sent(step), "2398", "480", discountSum: null);
        AssertProducts(Sent(step), ("a", 2, 799, 160), ("a", 1, 800, 160));
        Assert.Null(NoteOf(step));
    }

    [Fact]
    public void A_line_whose_tax_is_no_whole_minor_unit_either_is_told_as_three()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = Parsed("29.98");
            json.Order()["tax"] = Parsed("6.00");
            json.Order()["lines"] = Parsed("""[{ "sku": "a", "quantity": 4, "total": 23.98, "tax": 6.00 }]""");
        });

        AssertSums(request, "2398", "600", discountSum: null);
        AssertProducts(request, ("a", 2, 599, 150), ("a", 2, 600, 150));

        request = Request(json =>
        {
            json.Order()["total"] = Parsed("29.99");
            json.Order()["tax"] = Parsed("6.01");
            json.Order()["lines"] = Parsed("""[{ "sku": "a", "quantity": 4, "total": 23.98, "tax": 6.01 }]""");
        });

        AssertSums(request, "2398", "601", discountSum: null);
        AssertProducts(request, ("a", 2, 599, 150), ("a", 1, 600, 150), ("a", 1, 600, 151));
    }

    // One cent used to drop all products and their own commission events.
    [Theory]
    [InlineData("99.99")]
    [InlineData("100.01")]
    public void A_cent_between_the_lines_and_the_order_is_rounding(string goods)
    {
        var step = Created(json =>
        {
            json.Order()["total"] = Parsed(goods);
            json.Order()["tax"] = 0;
            json.Order()["lines"] = Parsed(
                """[{ "sku": "a", "quantity": 1, "total": 60 }, { "sku": "b", "quantity": 1, "total": 40 }]"""
            );
        });

        var orderSum = goods.Replace(".", "", StringComparison.Ordinal);
        AssertSums(Sent(step), orderSum, "0", discountSum: null);
        AssertProducts(Sent(step), ("a", 1, orderSum == "9999" ? 5999 : 6001, 0), ("b", 1, 4000, 0));
        Assert.Null(NoteOf(step));
    }

    [Fact]
    public void A_line_that_came_back_is_no_product_any_more()
    {
        var request = Request(json =>
        {
            json.Order()["status"] = "partiallyRefunded";
            json.Order()["lines"]!.AsArray().Add(Parsed("""{ "sku": "b", "quantity": 0, "unitPrice": 30 }"""));
        });

        AssertSums(request, "10000", "2500", discountSum: null);
        AssertProducts(request, ("testabc123", 1, 10000, 2500));
    }

    [Fact]
    public void Where_all_lines_came_back_there_are_no_products_left()
    {
        var request = Request(json =>
        {
            json.Order()["status"] = "partiallyRefunded";
            json.Order()["total"] = 20;
            json.Order()["tax"] = 4;
            json.Order()["shipping"] = 16;
            json.Order()["shippingTax"] = 4;
            json.Order()["lines"] = Parsed("""[{ "sku": "b", "quantity": 0, "unitPrice": 30 }]""");
        });

        AssertSums(request, "0", "0", discountSum: null);
        Assert.Equal("[]", request.Field("products"));
    }

    [Fact]
    public void Fees_and_tips_are_no_goods()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = 132;
            json.Order()["fees"] = 7;
        });

        AssertSums(request, "10000", "2500", discountSum: null);
    }

    [Fact]
    public void An_order_without_lines_has_no_products_and_needs_no_note()
    {
        var step = Created(json => json.Order().Remove("lines"));

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

    [Fact]
    public void A_line_without_a_sku_bears_its_name() =>
        Assert.Equal(
            "\"Testprodukt\"",
            Request(json => json.Order()["lines"]![0]!.AsObject().Remove("sku")).Field("products/0/reference")
        );

    // Every product of the document has its VAT.
    [Fact]
    public void Lines_that_do_not_state_their_tax_share_what_the_others_leave_by_their_prices()
    {
        var request = Request(json =>
            json.Order()["lines"] = Parsed(
                """
                [
                  { "sku": "a", "quantity": 1, "unitPrice": 40, "tax": 10 },
                  { "sku": "b", "quantity": 1, "unitPrice": 20 },
                  { "sku": "c", "quantity": 2, "unitPrice": 20 }
                ]
                """
            )
        );

        AssertSums(request, "10000", "2500", discountSum: null);
        AssertProducts(request, ("a", 1, 4000, 1000), ("b", 1, 2000, 500), ("c", 2, 2000, 500));
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

    private static ProviderRequest Request(Action<JsonObject>? change = null) => Created(change).Request;

    // Not by way of the provider, which looks up first what may be there.
    private static Step.Send Created(Action<JsonObject>? change) =>
        RetrackRequest.Create(Samples.Event(change), Guid.Parse(EventId), Guid.Parse(Click));

    private static void AssertProducts(
        ProviderRequest request,
        params (string Reference, int Quantity, int Price, int Vat)[] expected
    )
    {
        using var body = JsonDocument.Parse(request.BodyText);
        var products = body.RootElement.GetProperty("products").EnumerateArray();
        Assert.Equal(
            expected,
            products.Select(product =>
                (
                    product.GetProperty("reference").GetString()!,
                    product.GetProperty("quantity").GetInt32(),
                    product.GetProperty("price").GetInt32(),
                    product.GetProperty("vat").GetInt32()
                )
            )
        );
    }

    private static void AssertSums(ProviderRequest request, string orderSum, string vatSum, string? discountSum) =>
        Assert.Equal(
            (orderSum, vatSum, discountSum),
            (request.Field("orderSum"), request.Field("vatSum"), request.Field("discountSum"))
        );
}
