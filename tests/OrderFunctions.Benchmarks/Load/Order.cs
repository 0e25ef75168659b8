using System.Globalization;
using System.Text;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>Orders like samples/paid.json, paid, with all that the three platforms want; each has a number.</summary>
internal static class Order
{
    private const string IdPrefix = "load-";

    // What many shops sell: mostly one thing, now and then a full basket.
    private static readonly int[] LinesOfTen = [1, 1, 1, 1, 1, 1, 5, 5, 5, 30];

    private static readonly string Event = $$"""
        {
          "occurredAt": "{{TimeProvider.System.GetUtcNow().AddSeconds(-1):O}}",
          "order": {
            "id": "{{IdPrefix}}#",
            "status": "paid",
            "placedAt": "{{TimeProvider.System.GetUtcNow().AddMinutes(-1):O}}",
            "currency": "SEK",
            "total": @total,
            "tax": @tax,
            "customer": { "id": "c-#", "email": "alex.#@example.com", "isNew": true, "orderCount": 1 },
            "shippingAddress": { "city": "Malmö", "state": "M", "postalCode": "211 19", "country": "SE" },
            "lines": [@lines]
          },
          "attribution": {
            "visitorIds": ["vis_3f2c1a97"],
            "avantLinkToken": "77_f3afbe121",
            "retrackClick": "59d08c54-18e6-4e0d-9c06-d18be3510e43",
            "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
            "ipAddress": "203.0.113.45",
            "pageUrl": "https://store.example.com/checkout/thank_you?o=#",
            "referrerUrl": "https://store.example.com/checkout"
          }
        }
        """;

    private const string Line =
        """{ "sku": "testabc123", "name": "Testprodukt", "quantity": 1, "unitPrice": 100.00, "unitTax": 25.00 }""";

    private static readonly Dictionary<int, string> Events = LinesOfTen
        .Distinct()
        .ToDictionary(lines => lines, WithLines);

    /// <summary>One event, or a batch of those that begin with this number.</summary>
    /// <param name="isMixed">Of ten orders three have 5 lines and one has 30; else each has one line.</param>
    public static byte[] Body(int first, int batch, bool isMixed) =>
        Encoding.UTF8.GetBytes(
            batch == 1
                ? One(first, isMixed)
                : $"[{string.Join(',', Enumerable.Range(first, batch).Select(number => One(number, isMixed)))}]"
        );

    /// <summary>The calls that tell the three platforms of an order, as OrderFunctions makes them, by their length and fields.</summary>
    public static byte[] Call(int provider, int order) =>
        Encoding.UTF8.GetBytes(Calls[provider].Replace("#", Text(order), StringComparison.Ordinal));

    /// <summary>The number in the order's id that follows these bytes.</summary>
    public static int NumberAfter(ReadOnlySpan<byte> body, ReadOnlySpan<byte> before)
    {
        var id = body[(body.IndexOf(before) + before.Length)..];
        var number = id[IdPrefix.Length..id.IndexOf((byte)'"')];
        return int.Parse(number, CultureInfo.InvariantCulture);
    }

    /// <summary>The number in an order's id.</summary>
    public static int NumberOf(string id) => int.Parse(id.AsSpan(IdPrefix.Length), CultureInfo.InvariantCulture);

    private static readonly string[] Calls =
    [
        """{"current_url":"https://store.example.com/checkout/thank_you?o=#","tracking_ids":{"user_id":[],"visitor_id":["vis_3f2c1a97"],"avantlink_avad":"77_f3afbe121"},"user_agent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64)","user_ip_address":"203.0.113.45","referrer_url":"https://store.example.com/checkout","order":{"order_number":"load-#","order_amount_subtotal":100.00,"currency":"SEK","coupon_codes":[],"customer":{"new_customer":true,"country":"SE","region":"","state":"M"},"products":[{"product_sku":"testabc123","product_amount":100.00,"quantity":1}]}}""",
        """{"event":"1f80e399-6f55-4cef-b8b0-0f74752c1ceb","click":"59d08c54-18e6-4e0d-9c06-d18be3510e43","orderNumber":"load-#","orderSum":10000,"vatSum":2500,"currency":"SEK","products":[{"event":"1f80e399-6f55-4cef-b8b0-0f74752c1ceb","reference":"testabc123","quantity":1,"name":"Testprodukt","price":10000,"vat":2500}]}""",
        """{"site_id":"load.example","order_id":"load-#","order_status":"paid","order_time":"2025-11-21 14:02:51+01:00","sale_amount":125.00,"subtotal_amount":100.00,"tax_amount":"25.00","currency":"SEK","email_address":"alex.#@example.com","customer_id":"c-#","is_new_customer":true,"line_1_sku":"testabc123","line_1_title":"Testprodukt","line_1_quantity":1,"line_1_price":100.00}""",
    ];

    private static string One(int number, bool isMixed) =>
        Events[isMixed ? LinesOfTen[number % LinesOfTen.Length] : 1]
            .Replace("#", Text(number), StringComparison.Ordinal);

    private static string WithLines(int lines) =>
        Event
            .Replace(
                "@total",
                string.Create(CultureInfo.InvariantCulture, $"{125 * lines}.00"),
                StringComparison.Ordinal
            )
            .Replace("@tax", string.Create(CultureInfo.InvariantCulture, $"{25 * lines}.00"), StringComparison.Ordinal)
            .Replace("@lines", string.Join(',', Enumerable.Repeat(Line, lines)), StringComparison.Ordinal);

    private static string Text(int number) => number.ToString("d8", CultureInfo.InvariantCulture);
}
