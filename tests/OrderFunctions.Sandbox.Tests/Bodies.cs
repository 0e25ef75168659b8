using System.Text.Json.Nodes;

namespace OrderFunctions.Sandbox.Tests;

/// <summary>Complete bodies, after the examples of the documents.</summary>
internal static class Bodies
{
    public const string Click = "59d08c54-18e6-4e0d-9c06-d18be3510e43";
    public const string Event = "1f80e399-6f55-4cef-b8b0-0f74752c1ceb";

    public static JsonObject Duel(string id = "A-1") =>
        Parse(
            $$"""
            {
              "order": "{{id}}", "total": 80.50, "total_gross": 100, "currency": "GBP", "email": "jane@example.com",
              "promo": ["SPRING", "VIP"], "customer_id": "c-7", "new_customer": true, "instore": "y",
              "affiliate": "nick.t.4", "points": 12, "commission": 3.5, "commission_currency": "GBP"
            }
            """
        );

    public static JsonObject AvantLink(string number = "12345") =>
        Parse(
            $$"""
            {
              "current_url": "https://store.example.com/checkout/thank_you?o=asdf",
              "tracking_ids": { "user_id": ["123456"], "visitor_id": ["vis_3f2c1a97"], "avantlink_avad": "77_f3afbe121" },
              "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
              "user_ip_address": "203.0.113.45",
              "referrer_url": "https://store.example.com/checkout",
              "google_click_id": "",
              "custom_tracking_code": "",
              "order": {
                "order_number": "{{number}}", "order_amount_subtotal": 100.00, "currency": "USD",
                "coupon_codes": ["free-shipping"],
                "customer": { "new_customer": false, "country": "US", "region": "", "state": "UT" },
                "products": [{ "product_sku": "1234", "product_amount": 50.00, "quantity": 2 }]
              }
            }
            """
        );

    /// <summary>An order's body without the order.</summary>
    public static JsonObject AvantLinkClick() => AvantLink().With("order", null);

    public static JsonObject Retrack(string number = "test1234") =>
        Parse(
            $$"""
            {
              "event": "{{Event}}", "click": "{{Click}}", "orderNumber": "{{number}}",
              "orderSum": 10100, "vatSum": 2000, "currency": "SEK",
              "products": [
                { "event": "{{Event}}", "reference": "testabc123", "quantity": 1, "name": "Testprodukt", "price": 10100, "vat": 2000 }
              ]
            }
            """
        );

    public static JsonObject Katalys(string id = "12345") =>
        Parse(
            $$"""
            {
              "site_id": "sandbox.example", "order_id": "{{id}}", "sale_amount": 25.67, "subtotal_amount": "19.20",
              "email_address": "email@example.com", "order_time": "2018-01-01 01:23:40-08:00", "currency": "EUR",
              "order_status": "pending", "order_count": 2, "user_agent": "Mozilla/5.0", "ip_address": "203.0.113.45",
              "shipping_amount": "4.99", "tax_amount": "1.48", "shipping_city": "Oslo", "shipping_country": "NO",
              "discount_1_code": "REVOFFERS_EXAMPLE", "discount_1_amount": "1.50",
              "line_item_1_title": "Wellness Bundle #4", "line_item_1_sku": "WLNS_BUNDLE_$", "line_item_1_price": "1.99",
              "line_item_1_var": "blue", "line_item_1_qty": 2
            }
            """
        );

    /// <summary>Sets the member at a dotted path (array places by number) to a JSON text; null takes it out.</summary>
    public static JsonObject With(this JsonObject body, string path, string? json)
    {
        var steps = path.Split('.');
        var parent = steps[..^1]
            .Aggregate((JsonNode)body, (node, step) => int.TryParse(step, out var place) ? node[place]! : node[step]!);
        if (parent is JsonArray array)
        {
            array[int.Parse(steps[^1])] = JsonNode.Parse(json!);
        }
        else if (json is null)
        {
            Assert.True(parent.AsObject().Remove(steps[^1]), $"{path} is not there");
        }
        else
        {
            parent.AsObject()[steps[^1]] = JsonNode.Parse(json);
        }

        return body;
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
