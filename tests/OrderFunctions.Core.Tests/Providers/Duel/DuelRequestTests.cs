using System.Text.Json.Nodes;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.Duel;

/// <summary>Field names and meanings: seeds, duel-order-tracking, Order Parameters.</summary>
public sealed class DuelRequestTests
{
    [Fact]
    public void An_order_with_everything_has_every_field_of_the_document()
    {
        var request = Request(json =>
        {
            var order = json.Order();
            order["total"] = Parsed("125.5");
            order["totalBeforeDiscounts"] = 140;
            order["discounts"] = Parsed("""[{ "code": "SUMMER", "amount": 14.5 }]""");
            order["inStore"] = true;
            order["loyalty"] = Parsed("""{ "points": 250, "commission": 12, "commissionCurrency": "JPY" }""");
        });

        AssertBody(
            """
            {
              "order": "1001",
              "total": 125.50,
              "total_gross": 140.00,
              "currency": "SEK",
              "email": "alex@example.com",
              "promo": "SUMMER",
              "customer_id": "c-77",
              "new_customer": true,
              "instore": true,
              "affiliate": "nick.t.4",
              "points": 250,
              "commission": 12,
              "commission_currency": "JPY"
            }
            """,
            request
        );
    }

    [Fact]
    public void An_order_with_the_least_has_the_required_fields_only()
    {
        var request = Request(json =>
        {
            json.Order()["customer"] = Parsed("""{ "email": "alex@example.com" }""");
            json.Remove("attribution");
        });

        AssertBody("""{ "order": "1001", "total": 125.00, "currency": "SEK", "email": "alex@example.com" }""", request);
    }

    [Theory]
    [InlineData("A/1", "v1/orders/A%2F1")]
    [InlineData("10 01?x=#ö", "v1/orders/10%2001%3Fx%3D%23%C3%B6")]
    [InlineData("50%", "v1/orders/50%25")]
    [InlineData("../members", "v1/orders/..%2Fmembers")]
    public void An_order_id_is_escaped_in_the_path_and_whole_in_the_body(string id, string path)
    {
        var request = Request(json => json.Order()["id"] = id);

        Assert.Equal(path, request.Path);
        Assert.Equal($"https://api.duel.me/{path}", request.Address(new Uri("https://api.duel.me")).AbsoluteUri);
        Assert.Equal($"\"{id}\"", request.Field("order"));
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("refunded")]
    public void A_cancelled_or_refunded_order_has_total_0_at_Duel(string status)
    {
        var request = Request(json => json.Order()["status"] = status);

        Assert.Equal("0", request.Field("total"));
    }

    // "The email and promo parameters are not strictly necessary for updates ... A total of 0 will cancel the order".
    [Fact]
    public void Of_an_order_that_came_to_nothing_the_id_and_the_status_are_enough()
    {
        var orderEvent = Samples.Event(json =>
        {
            json["order"] = Parsed("""{ "id": "1001", "status": "cancelled" }""");
            json.Remove("attribution");
        });

        AssertBody(
            """{ "order": "1001", "total": 0 }""",
            DuelRequest.Upsert(orderEvent, new Credential.Bearer(DuelProvider.BearerToken))
        );
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("refunded")]
    public void Points_and_commission_are_not_told_again_by_a_cancellation(string status)
    {
        var request = Request(json =>
        {
            json.Order()["status"] = status;
            json.Order()["loyalty"] = Parsed("""{ "points": 250, "commission": 12, "commissionCurrency": "JPY" }""");
        });

        Assert.Null(request.Field("points"));
        Assert.Null(request.Field("commission"));
        Assert.Null(request.Field("commission_currency"));
    }

    // "Order total before any promotional discounts are applied": it can't be less than the total.
    [Theory]
    [InlineData("124.99", null)]
    [InlineData("125", "125.00")]
    [InlineData("140", "140.00")]
    public void A_gross_total_below_the_total_is_none(string gross, string? expected) =>
        Assert.Equal(
            expected,
            Request(json => json.Order()["totalBeforeDiscounts"] = Parsed(gross)).Field("total_gross")
        );

    [Fact]
    public void A_partial_refund_leaves_the_remaining_total()
    {
        var request = Request(json =>
        {
            json.Order()["status"] = "partiallyRefunded";
            json.Order()["total"] = 75;
        });

        Assert.Equal("75.00", request.Field("total"));
    }

    [Theory]
    [InlineData("JPY", "125", "125")]
    [InlineData("KWD", "125.5", "125.500")]
    [InlineData("EUR", "0.1", "0.10")]
    public void A_total_has_the_decimals_of_its_currency(string currency, string total, string expected)
    {
        var request = Request(json =>
        {
            json["order"] = new JsonObject
            {
                ["id"] = "1",
                ["status"] = "paid",
                ["placedAt"] = "2026-11-21T14:02:51+01:00",
                ["currency"] = currency,
                ["total"] = Parsed(total),
                ["tax"] = 0,
                ["customer"] = new JsonObject { ["email"] = "alex@example.com" },
            };
        });

        Assert.Equal(expected, request.Field("total"));
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("""[{ "amount": 1 }]""", null)]
    [InlineData("""[{ "amount": 1 }, { "code": "A", "amount": 1 }]""", "\"A\"")]
    [InlineData("""[{ "code": "A", "amount": 1 }]""", "\"A\"")]
    [InlineData("""[{ "code": "A", "amount": 1 }, { "code": "B", "amount": 2 }]""", "[\"A\",\"B\"]")]
    [InlineData("""[{ "code": "A", "amount": 1 }, { "code": "A", "amount": 2 }]""", "\"A\"")]
    [InlineData("""[{ "code": "A", "amount": 1 }, { "code": "a", "amount": 2 }]""", "[\"A\",\"a\"]")]
    public void One_promo_code_is_a_text_and_several_are_an_array(string discounts, string? promo)
    {
        var request = Request(json => json.Order()["discounts"] = Parsed(discounts));

        Assert.Equal(promo, request.Field("promo"));
    }

    [Fact]
    public void Whether_an_unknown_customer_is_new_is_not_told() =>
        Assert.Null(Request(json => json.Customer().Remove("isNew")).Field("new_customer"));

    [Fact]
    public void What_is_false_is_left_out()
    {
        var request = Request(json =>
        {
            json.Customer()["isNew"] = false;
            json.Order()["inStore"] = false;
        });

        Assert.Null(request.Field("new_customer"));
        Assert.Null(request.Field("instore"));
    }

    [Fact]
    public void A_commission_without_a_currency_is_in_the_orders()
    {
        var request = Request(json => json.Order()["loyalty"] = Parsed("""{ "commission": "7.5" }"""));

        Assert.Equal("7.50", request.Field("commission"));
        Assert.Equal("\"SEK\"", request.Field("commission_currency"));
    }

    [Fact]
    public void Without_a_commission_no_commission_currency_is_sent()
    {
        var request = Request(json => json.Order()["loyalty"] = Parsed("""{ "commissionCurrency": "EUR" }"""));

        Assert.Null(request.Field("commission"));
        Assert.Null(request.Field("commission_currency"));
    }

    private static ProviderRequest Request(Action<JsonObject> change) =>
        DuelRequest.Upsert(Samples.Event(change), new Credential.Bearer(DuelProvider.BearerToken));
}
