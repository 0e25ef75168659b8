using System.Globalization;
using System.Text.Json;
using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Parked;
using OrderFunctions.Providers;

namespace OrderFunctions.Endpoints.Operators;

/// <summary>Reads which parked deliveries are meant, from an address or from a body, and notes every error.</summary>
internal static class ParkedQuery
{
    // A whole page of the list can be picked.
    private const int MostIds = ParkedEndpoints.MostItems;
    private const int LongestId = 20;
    private const int LongestOrderId = 128;
    private const int LongestReason = 256;
    private const int LongestNote = 1000;
    private const int MostPerMinute = 100_000;

    private static readonly string[] Filters = ["provider", "orderId", "reason", "since", "until"];

    /// <param name="others">What the route takes beside the filters.</param>
    public static ParkedFilter Filter(QueryReader query, ProviderCatalog catalog, params string[] others)
    {
        query.RefuseUnknown([.. Filters, .. others]);
        var filter = new ParkedFilter(query.Text("provider"), query.Text("orderId"), query.Text("reason"))
        {
            Since = query.Time("since"),
            Until = query.Time("until"),
        };
        Check(filter, catalog, query.Error);
        return filter;
    }

    /// <returns>Null where it is no object; what else is wrong is noted.</returns>
    public static (ParkedRequest Request, bool IsDryRun)? Request(
        ParkedAction action,
        JsonElement root,
        ProviderCatalog catalog,
        ValidationErrors errors
    )
    {
        var body = new JsonObjectReader(root, "$", errors);
        var filter = new ParkedFilter(
            body.Text("provider"),
            body.Text("orderId", LongestOrderId),
            body.Text("reason", LongestReason)
        )
        {
            Since = Time(body, "since"),
            Until = Time(body, "until"),
            Ids = body.Texts("ids", MostIds, LongestId, NoId) is { Count: > 0 } ids ? [.. ids] : null,
        };
        Check(filter, catalog, body.Error);
        var request = new ParkedRequest(action, filter) { Max = body.Count("max", least: 1, most: int.MaxValue) };
        request =
            action == ParkedAction.Discard
                ? request with
                {
                    Note = body.Text("note", LongestNote, required: true),
                }
                : request with
                {
                    PerMinute = body.Count("perMinute", least: 1, most: MostPerMinute),
                    Force = body.Flag("force") ?? false,
                };
        var isDryRun = body.Flag("dryRun") ?? false;
        body.RefuseUnknownFields();
        return body.IsObject ? (request, isDryRun) : null;
    }

    private static string? NoId(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? null
            : "is no id of a parked delivery, as it is listed";

    private static DateTimeOffset? Time(JsonObjectReader body, string name)
    {
        if (body.Text(name) is not { } text)
        {
            return null;
        }

        if (Rfc3339.TryParse(text, out var time))
        {
            return time;
        }

        body.Error(name, Rfc3339.Rule);
        return null;
    }

    private static void Check(ParkedFilter filter, ProviderCatalog catalog, Action<string, string> error)
    {
        if (filter.Provider is { } provider && !catalog.Names.Contains(provider, StringComparer.OrdinalIgnoreCase))
        {
            error("provider", $"is no provider; known are {string.Join(", ", catalog.Names)}");
        }

        if (filter.Since >= filter.Until)
        {
            error("until", "must be later than since");
        }
    }
}
