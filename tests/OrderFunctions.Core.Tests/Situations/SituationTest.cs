using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Situations;

/// <summary>
/// An order as its senders know it, told through the whole system, and what the four platforms got. Each test is a row
/// of the table in docs/providers.md.
/// </summary>
/// <remarks>
/// The order: two mugs at 30.00 and a jacket at 40.00 without tax, 25 % tax, in SEK. So the goods are 100.00, the tax
/// 25.00 and the total 125.00.
/// </remarks>
public abstract class SituationTest : RigTest
{
    protected const string Click = "59d08c54-18e6-4e0d-9c06-d18be3510e43";

    // The clock at the start of each test.
    private static readonly DateTimeOffset PlacedAt = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public override async Task DisposeAsync()
    {
        Assert.All(
            Rig.Sandbox.State.Received(),
            call => Assert.True(call.Problem is null, $"{call.Provider}: {call.Problem}")
        );
        await base.DisposeAsync();
    }

    /// <summary>The storefront's event, which occurs now: it knows the customer, the address and where the order came from.</summary>
    protected Task StorefrontAsync(string status, Action<JsonObject>? change = null) =>
        TellAsync(
            status,
            json =>
            {
                json.Order()["customer"] = ProviderCase.Parsed(
                    """{"id":"c-77","email":"alex@example.com","isNew":true,"orderCount":1}"""
                );
                json.Order()["shippingAddress"] = ProviderCase.Parsed(
                    """{"city":"Malmö","postalCode":"211 19","country":"SE"}"""
                );
                json["attribution"] = ProviderCase.Parsed(
                    $$"""
                    {
                      "visitorIds":["vis_3f2c1a97"],"avantLinkToken":"77_f3afbe121","retrackClick":"{{Click}}","affiliate":"nick.t.4",
                      "userAgent":"Mozilla/5.0","ipAddress":"203.0.113.45","pageUrl":"https://store.example.com/thank_you"
                    }
                    """
                );
                change?.Invoke(json);
            }
        );

    /// <summary>The ERP's event, which occurs now: it knows amounts and lines.</summary>
    protected Task ErpAsync(string status, Action<JsonObject>? change = null) => TellAsync(status, change);

    /// <summary>The ERP's partial refund: the jacket came back.</summary>
    protected Task JacketCameBackAsync(Action<JsonObject>? change = null) =>
        ErpAsync(
            "partiallyRefunded",
            json =>
            {
                JacketIsBack(json);
                change?.Invoke(json);
            }
        );

    /// <summary>Void, with nothing but the order's id.</summary>
    protected async Task BareAsync(string status)
    {
        var order = new JsonObject { ["id"] = "1001", ["status"] = status };
        await Rig.SendInboundAsync(new JsonObject { ["occurredAt"] = Now, ["order"] = order }.ToJsonString());
        await Rig.DrainAsync();
    }

    /// <summary>60.00 of the goods are left, and 15.00 of the tax.</summary>
    protected static void JacketIsBack(JsonObject json)
    {
        json.Order()["total"] = 75;
        json.Order()["tax"] = 15;
        json.Order()["lines"]![1]!["quantity"] = 0;
    }

    /// <summary>The event occurred so much before now.</summary>
    protected Action<JsonObject> Before(TimeSpan ago, Action<JsonObject>? change = null) =>
        json =>
        {
            json["occurredAt"] = Rig.Time.GetUtcNow() - ago;
            change?.Invoke(json);
        };

    /// <summary>
    /// Of each request that a platform got, in their order: at Retrack what it was for, and the fields as `name=value`,
    /// with - for one that is left out. A / leads into objects and lists, as in order/currency.
    /// </summary>
    protected IReadOnlyList<string> Got(string provider, params string[] fields) =>
        [
            .. Rig
                .Sandbox.State.Received(provider)
                .Select(call =>
                    string.Join(
                        ' ',
                        (
                            provider == "retrack" ? [Purpose(call.Method, call.Path, call.Body)] : Array.Empty<string>()
                        ).Concat(
                            call.Body is { } body
                                ? fields.Select(field => $"{field.Split('/')[^1]}={Value(body, field)}")
                                : []
                        )
                    )
                ),
        ];

    /// <summary>How the newest event stands at a platform, with the reason.</summary>
    protected async Task<string> StandsAsync(string provider)
    {
        var entry = await Rig.EntryAsync(provider);
        return $"{entry.State}: {entry.Reason}".TrimEnd(' ', ':');
    }

    protected void AssertNobodyWasTold() =>
        Assert.Empty(Rig.Sandbox.State.Received().Select(call => $"{call.Provider} {call.Body}"));

    private string Now => Rig.Time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    // By the ERP's door, which checks as the other does.
    private async Task TellAsync(string status, Action<JsonObject>? change)
    {
        var json = new JsonObject
        {
            ["occurredAt"] = Now,
            ["order"] = new JsonObject
            {
                ["id"] = "1001",
                ["status"] = status,
                ["placedAt"] = PlacedAt,
                ["currency"] = "SEK",
                ["total"] = 125,
                ["tax"] = 25,
                ["lines"] = ProviderCase.Parsed(
                    """
                    [
                      {"sku":"mug","name":"Mug","quantity":2,"unitPrice":30,"unitTax":7.50},
                      {"sku":"jacket","name":"Jacket","quantity":1,"unitPrice":40,"unitTax":10}
                    ]
                    """
                ),
            },
        };
        change?.Invoke(json);
        await Rig.SendInboundAsync(json.ToJsonString());
        await Rig.DrainAsync();
        Assert.DoesNotContain(await Rig.ParkedAsync(), parked => parked.Provider is null);
    }

    private static string Purpose(string method, string path, JsonElement? body) =>
        method == "GET" ? "look-up"
        : path.EndsWith("/transactions", StringComparison.Ordinal) ? "create"
        : body?.TryGetProperty("status", out _) == true ? "reject"
        : "update";

    private static string Value(JsonElement element, string path)
    {
        foreach (var part in path.Split('/'))
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                var index = int.Parse(part, System.Globalization.CultureInfo.InvariantCulture);
                if (index >= element.GetArrayLength())
                {
                    return "-";
                }

                element = element[index];
            }
            else if (!element.TryGetProperty(part, out element))
            {
                return "-";
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
    }
}
