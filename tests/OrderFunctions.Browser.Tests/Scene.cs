using System.Globalization;
using System.Text.Json.Nodes;

namespace OrderFunctions.Browser.Tests;

/// <summary>
/// A busy day: Duel is down, AvantLink paused, Katalys refuses some orders. In the words of the routes, which
/// OpenApiRoutesTests hold against openapi.json.
/// </summary>
internal static class Scene
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 14, 32, 10, TimeSpan.Zero);

    public static JsonObject Overview() =>
        new()
        {
            ["at"] = At(0),
            ["scope"] = "host",
            ["countingSince"] = At(3 * 24 * 60),
            ["providers"] = new JsonArray(
                Provider(
                    "duel",
                    circuit: "open",
                    waiting: 1284,
                    oldest: 24,
                    parked: 0,
                    requestsPerMinute: 1500,
                    failing: 24
                ),
                Provider("avantlink", paused: true, waiting: 312, oldest: 47, parked: 3),
                Provider("retrack", waiting: 4, oldest: 1, parked: 0),
                Provider("katalys", waiting: 9, oldest: 2, parked: 41)
            ),
        };

    public static JsonObject Provider(
        string name,
        bool paused = false,
        string circuit = "closed",
        int waiting = 0,
        int? oldest = null,
        int parked = 0,
        int? requestsPerMinute = null,
        int failing = 0
    )
    {
        var minutes = new JsonArray();
        var random = new Random(name.Length);
        var (delivered, retried, p99) = (0, 0, 0);
        for (var ago = 59; ago >= (paused ? 47 : 0); ago--)
        {
            var calls = 12 + random.Next(14);
            var retries =
                ago < failing ? calls / 4
                : random.Next(9) == 0 ? 1
                : 0;
            var told = ago < failing ? 0 : calls - retries;
            var latency = 80 + random.Next(70);
            minutes.Add(
                new JsonObject
                {
                    ["at"] = At(ago),
                    ["delivered"] = told,
                    ["skipped"] = 1,
                    ["retried"] = retries,
                    ["parked"] = 0,
                    ["p50Ms"] = ago < failing ? 4000 + 20 * latency : latency,
                    ["p99Ms"] = ago < failing ? 30000 : 5 * latency,
                }
            );
            (delivered, retried, p99) = (
                delivered + told,
                retried + retries,
                Math.Max(p99, ago < failing ? 30000 : 5 * latency)
            );
        }

        var provider = new JsonObject
        {
            ["provider"] = name,
            ["enabled"] = true,
            ["paused"] = paused,
            ["circuit"] = circuit,
            ["waiting"] = waiting,
            ["parked"] = parked,
            ["requestsLastMinute"] = paused ? 0 : 21,
            ["lastHour"] = new JsonObject
            {
                ["delivered"] = delivered,
                ["skipped"] = minutes.Count,
                ["retried"] = retried,
                ["parked"] = parked,
                ["p50Ms"] = 112,
                ["p99Ms"] = p99,
            },
            ["minutes"] = minutes,
        };
        if (oldest is not null)
        {
            provider["oldestWaiting"] = At(oldest.Value);
        }

        if (requestsPerMinute is not null)
        {
            provider["requestsPerMinute"] = requestsPerMinute;
        }

        if (circuit == "open")
        {
            provider["circuitUntil"] = At(-0.5);
        }

        if (paused)
        {
            provider["pausedSince"] = At(47);
            provider["pauseNote"] = "Ticket 4711: AvantLink asked us to stop while they move their tracking";
        }

        return provider;
    }

    public static JsonObject Summary() =>
        new()
        {
            ["groups"] = new JsonArray(
                Group(
                    "katalys",
                    "Rejected",
                    41,
                    310,
                    12,
                    "create; 422 site_id is not active for this merchant",
                    ("SEK", "48211.50"),
                    ("EUR", "1204.90")
                ),
                Group(
                    "avantlink",
                    "RetriesExhausted",
                    3,
                    1500,
                    1440,
                    "create; no answer within 30 s",
                    ("USD", "389.00")
                )
            ),
            ["isComplete"] = true,
        };

    public static JsonObject Group(
        string? provider,
        string reason,
        int count,
        double oldest,
        double newest,
        string example,
        params (string Currency, string Amount)[] sums
    )
    {
        var group = new JsonObject
        {
            ["reason"] = reason,
            ["count"] = count,
            ["oldest"] = At(oldest),
            ["newest"] = At(newest),
            ["example"] = example,
            ["sums"] = new JsonArray([
                .. sums.Select(sum => new JsonObject
                {
                    ["currency"] = sum.Currency,
                    ["amount"] = JsonNode.Parse(sum.Amount),
                }),
            ]),
        };
        if (provider is not null)
        {
            group["provider"] = provider;
        }

        return group;
    }

    public static JsonObject Parked() => new() { ["items"] = new JsonArray([.. Enumerable.Range(0, 44).Select(Item)]) };

    public static JsonNode Item(int index) =>
        new JsonObject
        {
            ["id"] = $"{index + 1}",
            ["provider"] = index < 3 ? "avantlink" : "katalys",
            ["orderId"] = $"10{70 + index}",
            ["eventId"] = "paid",
            ["reason"] = index < 3 ? "RetriesExhausted" : "Rejected",
            ["description"] =
                index < 3 ? "create; no answer within 30 s" : "create; 422 site_id is not active for this merchant",
            ["attempts"] = index < 3 ? 27 : 1,
            ["parkedAt"] = At(1500 - index * 30),
            ["replays"] =
                index == 0 ? 3
                : index == 1 ? 1
                : null,
            ["amount"] = JsonNode.Parse(index < 3 ? "129.50" : "1180.00"),
            ["currency"] = index < 3 ? "USD" : "SEK",
        };

    public static JsonObject Job(string state = "running", int done = 240, int? perMinute = 60) =>
        new()
        {
            ["id"] = "j1",
            ["action"] = "replay",
            ["state"] = state,
            ["filter"] = new JsonObject { ["provider"] = "katalys", ["reason"] = "Rejected" },
            ["perMinute"] = perMinute,
            ["matched"] = 600,
            ["done"] = done,
            ["heldBack"] = 2,
            ["superseded"] = 1,
            ["startedAt"] = At(4),
            ["updatedAt"] = At(0.2),
        };

    public static JsonObject Jobs(params JsonNode[] jobs) => new() { ["jobs"] = new JsonArray(jobs) };

    public static JsonObject Returns() =>
        new()
        {
            ["returns"] = new JsonArray(
                Return("1002", "39.80", null, Line("mug-blue", "19.90", 2, "RETURN")),
                Return("1003", "100.00", null, Line("jacket", "100.00", 1, "CANCELED"))
            ),
            ["apart"] = new JsonArray(
                Return("1004", "15.50", "AvantLink takes returns for 30 days; the order is of 2026-10-01 08:00:00Z")
            ),
        };

    private static JsonObject Return(string orderId, string amount, string? note, params JsonNode[] lines)
    {
        var found = new JsonObject
        {
            ["orderId"] = orderId,
            ["placedAt"] = At(12000),
            ["leftAt"] = At(400),
            ["currency"] = "USD",
            ["amount"] = JsonNode.Parse(amount),
            ["lines"] = new JsonArray(lines),
        };
        if (note is not null)
        {
            found["note"] = note;
        }

        return found;
    }

    private static JsonObject Line(string sku, string amount, int quantity, string reason) =>
        new()
        {
            ["sku"] = sku,
            ["amount"] = JsonNode.Parse(amount),
            ["quantity"] = quantity,
            ["reason"] = reason,
        };

    public static JsonObject Order()
    {
        var order = new JsonObject
        {
            ["orderId"] = "1001",
            ["deliveries"] = new JsonArray(
                Delivery("avantlink", "skipped", "paid", "not attributable: no tracking id of AvantLink's"),
                Delivery(
                    "duel",
                    "retrying",
                    "refunded",
                    "503 Service Unavailable",
                    Attempt("paid", 90, "create", 1, 6, "delivered", 200, 143, null),
                    Attempt(
                        "refunded",
                        20,
                        "update",
                        1,
                        6,
                        "retry",
                        503,
                        812,
                        "upstream connect error or disconnect/reset before headers"
                    ),
                    Attempt("refunded", 15, "update", 2, 6, "retry", null, 30004, "no answer within 30 s")
                ),
                Delivery(
                    "katalys",
                    "parked",
                    "refunded",
                    "422 site_id is not active for this merchant",
                    Attempt("paid", 90, "create", 1, 27, "delivered", 200, 96, null),
                    Attempt(
                        "refunded",
                        20,
                        "update",
                        1,
                        27,
                        "rejected",
                        422,
                        88,
                        "{\"error\":\"site_id is not active for this merchant\"}"
                    )
                ),
                Delivery(
                    "retrack",
                    "delivered",
                    "refunded",
                    null,
                    Attempt("paid", 90, "create", 1, 27, "delivered", 201, 210, null),
                    Attempt("refunded", 20, "look-up", 1, 27, "found", 200, 71, "transaction 8812"),
                    Attempt("refunded", 20, "reject", 1, 27, "delivered", 200, 118, null)
                )
            ),
        };
        order["deliveries"]![3]!["askedAgain"] = new JsonObject { ["at"] = At(30), ["by"] = "kim" };
        return order;
    }

    public static JsonObject Delivery(
        string provider,
        string state,
        string eventId,
        string? reason,
        params JsonNode[] attempts
    ) =>
        new()
        {
            ["provider"] = provider,
            ["state"] = state,
            ["eventId"] = eventId,
            ["version"] = At(21),
            ["reference"] = state == "delivered" ? "8812" : null,
            ["reason"] = reason,
            ["nextAttemptAt"] = state == "retrying" ? At(-5) : null,
            ["attempts"] = new JsonArray(attempts),
        };

    public static JsonNode Attempt(
        string eventId,
        double ago,
        string purpose,
        int number,
        int of,
        string outcome,
        int? statusCode,
        int durationMs,
        string? detail
    ) =>
        new JsonObject
        {
            ["at"] = At(ago),
            ["eventId"] = eventId,
            ["purpose"] = purpose,
            ["number"] = number,
            ["of"] = of,
            ["outcome"] = outcome,
            ["statusCode"] = statusCode,
            ["durationMs"] = durationMs,
            ["detail"] = detail,
        };

    private static string At(double minutesAgo) =>
        (Now - TimeSpan.FromMinutes(minutesAgo)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
