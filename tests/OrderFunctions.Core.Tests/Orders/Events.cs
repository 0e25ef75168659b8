using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Json;
using OrderFunctions.TestKit;

namespace OrderFunctions.Orders;

/// <summary>Order events as JSON, read, with assertions that show what was read.</summary>
internal static class Events
{
    /// <summary>The event with nothing but what is required, its order changed.</summary>
    public static JsonObject Minimal(Action<JsonObject>? changeOrder = null)
    {
        var order = new JsonObject
        {
            ["id"] = "1001",
            ["status"] = "paid",
            ["placedAt"] = "2026-11-21T14:02:51+01:00",
            ["currency"] = "SEK",
            ["total"] = 125,
            ["tax"] = 25,
        };
        changeOrder?.Invoke(order);
        return new JsonObject { ["occurredAt"] = "2026-11-21T14:03:07+01:00", ["order"] = order };
    }

    /// <summary>The event with every field there is.</summary>
    public static JsonObject Full()
    {
        const string Json = """
            {
              "eventId": "e-1",
              "occurredAt": "2026-11-21T14:03:07+01:00",
              "providers": ["duel", "retrack"],
              "order": {
                "id": "1001", "alias": "W-1001", "status": "partiallyRefunded", "placedAt": "2026-11-21T14:02:51+01:00",
                "currency": "SEK", "total": 125.00, "totalBeforeDiscounts": "150.50", "tax": 25.00,
                "shipping": 39.20, "shippingTax": 9.80, "fees": 5,
                "discounts": [{ "code": "SUMMER10", "amount": 12.50 }],
                "inStore": true,
                "customer": { "id": "c-77", "email": "alex@example.com", "isNew": true, "orderCount": 1 },
                "shippingAddress": { "city": "Malmö", "region": "Skåne", "state": "M", "postalCode": "211 19", "country": "SE" },
                "billingAddress": { "city": "Lund", "region": "Skåne län", "state": "MS", "postalCode": "222 22", "country": "NO" },
                "lines": [{
                  "sku": "testabc123", "name": "Testprodukt", "variant": "blå", "quantity": 2, "unitPrice": 60.80,
                  "total": 121.60, "unitTax": 15.20, "tax": 30.40, "retrackEventId": "1f80e399-6f55-4cef-b8b0-0f74752c1ceb"
                }],
                "loyalty": { "points": 12.5, "commission": 1.234, "commissionCurrency": "KWD" }
              },
              "attribution": {
                "userIds": ["u-1"], "visitorIds": ["v-1", "v-2"], "avantLinkToken": "77_f3afbe121",
                "retrackClick": "59d08c54-18e6-4e0d-9c06-d18be3510e43", "affiliate": "nick.t.4", "userAgent": "Mozilla/5.0",
                "ipAddress": "203.0.113.45", "pageUrl": "https://store.example.com/thank_you",
                "referrerUrl": "https://store.example.com/checkout", "googleClickId": "g-1", "customTrackingCode": "t-1"
              }
            }
            """;
        return JsonNode.Parse(Json)!.AsObject();
    }

    /// <summary>The minimal event's text with the raw JSON in the place of a field of the order.</summary>
    public static string WithRaw(string field, string raw)
    {
        const string Mark = "\"@\"";
        return Minimal(order => order[field] = "@").ToJsonString().Replace(Mark, raw, StringComparison.Ordinal);
    }

    public static OrderEvent Accepted(JsonObject json) => Accepted(json.ToJsonString());

    public static OrderEvent Accepted(string json) => Accepted(Encoding.UTF8.GetBytes(json));

    public static OrderEvent Accepted(byte[] utf8)
    {
        var errors = new ValidationErrors();
        var read = new OrderEventReader(Samples.ProviderNames).Read(utf8, errors);
        Assert.True(read is not null && !errors.Any, $"Should be accepted, but {errors}\n{Excerpt(utf8)}");
        return read;
    }

    public static IReadOnlyDictionary<string, string[]> Refused(JsonObject json) => Refused(json.ToJsonString());

    public static IReadOnlyDictionary<string, string[]> Refused(string json) => Refused(Encoding.UTF8.GetBytes(json));

    public static IReadOnlyDictionary<string, string[]> Refused(byte[] utf8)
    {
        var errors = new ValidationErrors();
        var read = new OrderEventReader(Samples.ProviderNames).Read(utf8, errors);
        Assert.True(read is null && errors.Any, $"Should be refused, but was read as {read}\n{Excerpt(utf8)}");
        return errors.ToDictionary();
    }

    /// <summary>Asserts that the event is refused at this path, with one message, and nowhere else.</summary>
    public static string RefusedAt(string path, string json)
    {
        var errors = Refused(json);
        var all = string.Join("; ", errors.Select(each => $"{each.Key}: {string.Join(" / ", each.Value)}"));
        Assert.True(
            errors.Count == 1 && errors.TryGetValue(path, out var messages) && messages.Length == 1,
            $"Should be refused at {path} alone, with one message, but {all}"
        );
        return errors[path][0];
    }

    public static string RefusedAt(string path, JsonObject json) => RefusedAt(path, json.ToJsonString());

    private static string Excerpt(byte[] utf8) => Encoding.UTF8.GetString(utf8, 0, Math.Min(utf8.Length, 2000));
}
