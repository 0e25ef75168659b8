using System.Text.Json.Nodes;

namespace OrderFunctions.Fuzzing;

/// <summary>Valid inputs of every kind, which the campaigns make wrong.</summary>
internal static class Valid
{
    /// <summary>Every field of the contract, each with a value.</summary>
    private const string EveryField = """
        {"eventId":"paid-1","occurredAt":"2026-11-21T11:03:07+01:00","providers":["duel","avantlink","retrack","katalys"],
         "order":{"id":"1002","alias":"A-1002","status":"paid","placedAt":"2026-11-21T11:02:51+01:00","currency":"EUR",
          "total":131.20,"totalBeforeDiscounts":"141.20","tax":21.00,"shipping":5.00,"shippingTax":1.00,"fees":0.20,
          "discounts":[{"code":"HELLO","amount":8.00},{"amount":"2.00"}],"inStore":false,
          "customer":{"id":"c-1","email":"alex@example.com","isNew":true,"orderCount":1},
          "shippingAddress":{"city":"Berlin","region":"Berlin","state":"BE","postalCode":"10115","country":"DE"},
          "billingAddress":{"city":"Wien","region":"Wien","state":"W","postalCode":"1010","country":"AT"},
          "lines":[{"sku":"a-1","name":"A","variant":"red","quantity":3,"unitPrice":7.99333333,"unitTax":1.6,"retrackEventId":"1f80e399-6f55-4cef-b8b0-0f74752c1ceb"},
                   {"name":"B","quantity":1,"total":"81.02","tax":"15.20"},{"sku":"c","quantity":0,"unitPrice":1}],
          "loyalty":{"points":12.5,"commission":3.10,"commissionCurrency":"USD"}},
         "attribution":{"userIds":["u-1"],"visitorIds":["v-1","v-2"],"avantLinkToken":"77_f3afbe121",
          "retrackClick":"59d08c54-18e6-4e0d-9c06-d18be3510e43","affiliate":"nick.t.4","userAgent":"Mozilla/5.0","ipAddress":"2001:db8::1",
          "pageUrl":"https://store.example.com/?avad=1","referrerUrl":"https://store.example.com/","googleClickId":"g","customTrackingCode":"x"}}
        """;

    /// <summary>The ERP knows no more of it than its id.</summary>
    private const string Cancelled =
        """{"occurredAt":"2026-11-21T11:30:00Z","order":{"id":"1002","status":"cancelled"}}""";

    private const string Yen = """
        {"occurredAt":"2026-11-21T11:40:00Z","order":{"id":"1003","status":"refunded","currency":"JPY","lines":[{"sku":"a","quantity":1000000,"unitPrice":999999999999}],
         "discounts":[{"amount":999999999999}]},"attribution":{}}
        """;

    public static IReadOnlyList<string> Orders { get; } =
    [
        EveryField,
        Cancelled,
        Yen,
        Sample("paid"),
        Sample("erp-paid"),
        Sample("erp-partially-refunded"),
        Sample("refunded"),
        Sample("storefront-pending"),
    ];

    public static IReadOnlyList<string> Batches { get; } =
    [$"[{EveryField},{Cancelled}]", $"[{Sample("paid")},{Sample("refunded")},{Yen}]"];

    public static IReadOnlyList<string> Clicks { get; } =
    [
        """{"userIds":["u"],"visitorIds":["v"],"avantLinkToken":"77_f3","userAgent":"Mozilla/5.0","ipAddress":"203.0.113.45","pageUrl":"https://store.example.com/","referrerUrl":"https://a.example/","googleClickId":"g","customTrackingCode":"x"}""",
        """{"visitorIds":["v"],"avantLinkToken":"77_f3","pageUrl":"https://store.example.com/"}""",
    ];

    public static IReadOnlyList<string> Filters { get; } =
    [
        """{"provider":"duel","orderId":"1001","reason":"Rejected","since":"2026-11-01T00:00:00Z","until":"2026-12-01T00:00:00Z","ids":["1","2"],"max":5,"perMinute":100,"force":true,"dryRun":false}""",
        """{"provider":"retrack","note":"test orders","ids":["1"],"dryRun":true}""",
        """{"note":"all of them"}""",
        "{}",
    ];

    public static IReadOnlyList<string> Notes { get; } = ["""{"note":"maintenance"}""", "{}"];

    public static IReadOnlyList<string> ShopifyOrders { get; } = [Sample("webhooks/shopify-order")];

    public static IReadOnlyList<string> WooCommerceOrders { get; } = [Sample("webhooks/woocommerce-order")];

    /// <summary>Webhooks as they wait on the ERP's queue.</summary>
    public static IReadOnlyList<string> WaitingWebhooks { get; } =
    [
        Waiting("shopify", "orders/paid", ShopifyOrders[0]),
        Waiting("woocommerce", "order.updated", WooCommerceOrders[0]),
    ];

    /// <summary>What providers answer, by their documents.</summary>
    public static IReadOnlyList<string> Answers { get; } =
    [
        """{"success":true}""",
        """{"status":"success","result":{"id":"1","order_id":"1001"}}""",
        """{"data":{"uuid":"1f80e399-6f55-4cef-b8b0-0f74752c1ceb","order_number":"1001","status":{"name":"pending"},"click":{"uuid":"59d08c54-18e6-4e0d-9c06-d18be3510e43"}}}""",
        """{"data":[{"uuid":"1f80e399-6f55-4cef-b8b0-0f74752c1ceb","order_number":1001,"status":{"name":"rejected"}}]}""",
        """{"error":{"message":"The amount is wrong, alex@example.com","code":422}}""",
        """[{"file_url":"https://cdn.example/a.jpg","file_type":"image/jpeg","date":"2026-11-01T00:00:00Z","source":"ugc","task_id":1,"member_id":"m","product_skus":["a"],"social_post_domain":"Instagram","social_post_url":"https://i.example/p"}]""",
    ];

    private static string Sample(string name) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", $"{name}.json"));

    private static string Waiting(string storefront, string topic, string payload) =>
        new JsonObject
        {
            ["webhook"] = new JsonObject
            {
                ["storefront"] = storefront,
                ["source"] = "shop.example",
                ["topic"] = topic,
                ["orderId"] = "727",
                ["receivedAt"] = "2026-11-21T12:00:00+00:00",
                ["payload"] = JsonNode.Parse(payload),
            },
        }.ToJsonString();
}
