using System.Text.Json.Nodes;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.AvantLink;

public sealed class AvantLinkRequestTests
{
    private static readonly AvantLinkOptions Options = new()
    {
        MerchantId = Guid.Parse("0b7f3f0e-3b1c-4a53-9d0e-6a4fd0b0c1a2"),
        UserAgent = "MyShop/2.0",
    };

    // The curl example of seeds, avantlink-order-tracking, with the types of its field table: amounts as numbers.
    [Fact]
    public void The_documents_example_order_makes_the_documents_example_body()
    {
        var request = Request(json =>
        {
            json["order"] = Parsed(
                """
                {
                  "id": "12345",
                  "status": "paid",
                  "placedAt": "2025-11-21T14:02:51+01:00",
                  "currency": "USD",
                  "total": 117.30,
                  "tax": 8.30,
                  "shipping": 9.00,
                  "discounts": [{ "code": "free-shipping", "amount": 5 }],
                  "customer": { "id": "123456", "isNew": false },
                  "shippingAddress": { "country": "US", "state": "UT" },
                  "lines": [{ "sku": "1234", "quantity": 2, "unitPrice": 50 }]
                }
                """
            );
            json["attribution"] = Parsed(
                """
                {
                  "userIds": ["123456"],
                  "visitorIds": ["vis_3f2c1a97"],
                  "avantLinkToken": "77_f3afbe121",
                  "userAgent": "Mozilla/5.0 ...",
                  "ipAddress": "203.0.113.45",
                  "pageUrl": "https://store.example.com/checkout/thank_you?o=asdf",
                  "referrerUrl": "https://store.example.com/checkout"
                }
                """
            );
        });

        AssertBody(
            """
            {
              "current_url": "https://store.example.com/checkout/thank_you?o=asdf",
              "tracking_ids": {
                "user_id": ["123456"],
                "visitor_id": ["vis_3f2c1a97"],
                "avantlink_avad": "77_f3afbe121"
              },
              "user_agent": "Mozilla/5.0 ...",
              "user_ip_address": "203.0.113.45",
              "referrer_url": "https://store.example.com/checkout",
              "order": {
                "order_number": "12345",
                "order_amount_subtotal": 100.00,
                "currency": "USD",
                "coupon_codes": ["free-shipping"],
                "customer": { "new_customer": false, "country": "US", "region": "", "state": "UT" },
                "products": [
                  { "product_sku": "1234", "product_amount": 50.00, "quantity": 2 }
                ]
              }
            }
            """,
            request
        );
    }

    [Fact]
    public void An_order_is_posted_to_the_merchants_address_with_our_own_user_agent()
    {
        var request = Request();
        using var message = request.ToHttp(Options.BaseUrl, null);

        Assert.Equal(HttpMethod.Post, message.Method);
        Assert.Equal(
            "https://client.avantlink.com/merchants/0b7f3f0e-3b1c-4a53-9d0e-6a4fd0b0c1a2/tracking/order",
            message.RequestUri?.AbsoluteUri
        );
        Assert.Equal("application/json", message.Headers.Accept.ToString());
        Assert.Equal("MyShop/2.0", message.Headers.UserAgent.ToString());
        Assert.Equal("application/json", message.Content?.Headers.ContentType?.ToString());
        Assert.Null(message.Headers.Authorization);
        Assert.Equal("\"Mozilla/5.0 (Windows NT 10.0; Win64; x64)\"", request.Field("user_agent"));
    }

    [Fact]
    public void A_guest_has_an_empty_list_of_user_ids()
    {
        var request = Request();

        Assert.Equal("[]", request.Field("tracking_ids/user_id"));
        Assert.Equal("[\"vis_3f2c1a97\"]", request.Field("tracking_ids/visitor_id"));
    }

    [Theory]
    [InlineData("userIds")]
    [InlineData("visitorIds")]
    [InlineData("avantLinkToken")]
    public void One_tracking_id_is_enough_and_all_three_fields_are_there(string only)
    {
        var request = Request(json =>
        {
            foreach (var name in new[] { "visitorIds", "avantLinkToken" })
            {
                json.Attribution().Remove(name);
            }

            json.Attribution()[only] = only == "avantLinkToken" ? "77_x" : new JsonArray("x1");
        });

        Assert.Equal(only == "userIds" ? "[\"x1\"]" : "[]", request.Field("tracking_ids/user_id"));
        Assert.Equal(only == "visitorIds" ? "[\"x1\"]" : "[]", request.Field("tracking_ids/visitor_id"));
        Assert.Equal(only == "avantLinkToken" ? "\"77_x\"" : "\"\"", request.Field("tracking_ids/avantlink_avad"));
    }

    [Fact]
    public void An_order_without_coupons_and_lines_has_empty_lists()
    {
        var request = Request(json => json.Order().Remove("lines"));

        Assert.Equal("[]", request.Field("order/coupon_codes"));
        Assert.Equal("[]", request.Field("order/products"));
    }

    [Fact]
    public void A_coupon_used_twice_is_named_once()
    {
        var request = Request(json =>
            json.Order()["discounts"] = Parsed(
                """[{ "code": "A", "amount": 1 }, { "code": "B", "amount": 1 }, { "code": "A", "amount": 1 }]"""
            )
        );

        Assert.Equal("[\"A\",\"B\"]", request.Field("order/coupon_codes"));
    }

    [Fact]
    public void The_subtotal_is_after_discounts_and_without_tax_and_shipping()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = Parsed("112.50");
            json.Order()["tax"] = Parsed("22.50");
            json.Order()["shipping"] = 10;
            json.Order()["discounts"] = Parsed("""[{ "code": "A", "amount": 20 }]""");
        });

        Assert.Equal("80.00", request.Field("order/order_amount_subtotal"));
    }

    // "Total order amount including any discounts and excluding tax and shipping"; fees and tips are no goods either.
    [Fact]
    public void Fees_are_not_in_the_subtotal()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = 132;
            json.Order()["fees"] = 7;
        });

        Assert.Equal("100.00", request.Field("order/order_amount_subtotal"));
    }

    [Fact]
    public void A_line_whose_price_is_no_whole_minor_unit_is_told_as_two()
    {
        var request = Request(json =>
        {
            json.Order()["total"] = Parsed("23.98");
            json.Order()["tax"] = 0;
            json.Order()["lines"] = Parsed("""[{ "name": "Mug", "quantity": 3, "unitPrice": 7.993 }]""");
        });

        Assert.Equal(
            """[{"product_sku":"Mug","product_amount":7.99,"quantity":2},{"product_sku":"Mug","product_amount":8.00,"quantity":1}]""",
            request.Field("order/products")
        );
    }

    [Fact]
    public void A_line_that_came_back_and_a_discount_without_a_code_are_not_named()
    {
        var request = Request(json =>
        {
            json.Order()["discounts"] = Parsed("""[{ "amount": 5 }, { "code": "A", "amount": 2 }]""");
            json.Order()["lines"]!.AsArray().Add(Parsed("""{ "sku": "b", "quantity": 0, "unitPrice": 30 }"""));
        });

        Assert.Equal("[\"A\"]", request.Field("order/coupon_codes"));
        Assert.Equal(
            """[{"product_sku":"testabc123","product_amount":100.00,"quantity":1}]""",
            request.Field("order/products")
        );
    }

    [Fact]
    public void A_partly_refunded_order_is_told_with_what_is_left()
    {
        var orderEvent = Samples.Event(json =>
        {
            json.Order()["status"] = "partiallyRefunded";
            json.Order()["total"] = 75;
            json.Order()["tax"] = 15;
            json.Order()["lines"] = Parsed(
                """[{ "sku": "a", "quantity": 1, "total": 60 }, { "sku": "b", "quantity": 0, "total": 0 }]"""
            );
        });
        var request = AvantLinkRequest.Order(orderEvent, Options);

        Assert.Equal("60.00", request.Field("order/order_amount_subtotal"));
        Assert.Equal("""[{"product_sku":"a","product_amount":60.00,"quantity":1}]""", request.Field("order/products"));
    }

    [Fact]
    public void The_billing_address_stands_in_for_a_shipping_address_that_is_not_there()
    {
        var request = Request(json =>
        {
            json.Order().Remove("shippingAddress");
            json.Order()["billingAddress"] = Parsed("""{ "region": "Wales", "country": "GB" }""");
        });

        Assert.Equal(
            """{"new_customer":true,"country":"GB","region":"Wales","state":""}""",
            request.Field("order/customer")
        );
    }

    [Theory]
    [InlineData("""{ "isNew": true, "orderCount": 7, "id": "c" }""", "true")]
    [InlineData("""{ "isNew": false, "orderCount": 1 }""", "false")]
    [InlineData("""{ "orderCount": 1, "id": "c" }""", "true")]
    [InlineData("""{ "orderCount": 2 }""", "false")]
    [InlineData("""{ "id": "c" }""", "false")]
    [InlineData("{}", "false")]
    public void A_customer_is_new_by_the_shops_word_or_the_count_and_not_where_neither_is_known(
        string customer,
        string isNew
    )
    {
        var request = Request(json => json.Order()["customer"] = Parsed(customer));

        Assert.Equal(isNew, request.Field("order/customer/new_customer"));
    }

    [Fact]
    public void Optional_tracking_fields_are_sent_where_known_and_left_out_where_not()
    {
        Assert.Null(Request().Field("google_click_id"));
        Assert.Null(Request().Field("custom_tracking_code"));

        var request = Request(json =>
        {
            json.Attribution()["googleClickId"] = "gclid-1";
            json.Attribution()["customTrackingCode"] = "spring sale";
        });

        Assert.Equal("\"gclid-1\"", request.Field("google_click_id"));
        Assert.Equal("\"spring sale\"", request.Field("custom_tracking_code"));
    }

    [Theory]
    [InlineData("https://blog.example/", "https://blog.example/")]
    [InlineData("http://blog.example/", "http://blog.example/")]
    [InlineData(null, "")]
    [InlineData("/checkout", "")]
    [InlineData("android-app://com.example", "")]
    public void A_referrer_that_is_no_web_address_is_sent_empty(string? referrer, string sent)
    {
        var request = Request(json => json.Attribution()["referrerUrl"] = referrer);

        Assert.Equal($"\"{sent}\"", request.Field("referrer_url"));
    }

    [Fact]
    public void A_click_is_posted_to_the_clicks_address()
    {
        var request = AvantLinkRequest.Click(new Click(Samples.Event().Attribution!), Options);

        Assert.Equal(
            ("click", HttpMethod.Post, "merchants/0b7f3f0e-3b1c-4a53-9d0e-6a4fd0b0c1a2/tracking/click"),
            (request.Purpose, request.Method, request.Path)
        );
    }

    private static ProviderRequest Request(Action<JsonObject>? change = null) =>
        AvantLinkRequest.Order(Samples.Event(change), Options);
}
