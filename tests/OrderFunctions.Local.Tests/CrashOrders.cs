using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>Orders that are told apart by their ids, on their way in and on their way out.</summary>
internal static partial class CrashOrders
{
    /// <summary>The request for one order, or for a batch.</summary>
    public static (string Path, HttpContent Content) Request(IReadOnlyList<string> orderIds)
    {
        var events = orderIds.Select(id => Samples.Json(json => json["order"]!["id"] = id)).ToArray<JsonNode>();
        var (path, body) = events is [var only] ? ("api/orders", only) : ("api/orders/batch", new JsonArray(events));
        return (path, Content(body));
    }

    public static HttpContent Content(JsonNode body) =>
        new StringContent(body.ToJsonString(), MediaTypeHeaderValue.Parse("application/json"));

    /// <summary>The order that a call tells a provider of; null: a look-up, or a call that was cut off.</summary>
    public static string? ToldBy(ReceivedRequest call) =>
        call.Body is { } body && Id().Match($"{call.Path} {body}") is { Success: true } id ? id.Value : null;

    // A publisher's, p3-20-1, or a test's own, t-1: no path and no other value of a body looks like it.
    [GeneratedRegex(@"\bp\d+-\d+-\d+\b|\bt-\d+\b")]
    private static partial Regex Id();
}
