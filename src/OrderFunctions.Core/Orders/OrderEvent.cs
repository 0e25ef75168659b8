using System.Text.Json.Serialization;

namespace OrderFunctions.Orders;

/// <summary>What its sender knows of how one order stands at a moment: never a delta.</summary>
/// <param name="EventId">At most 128 characters; the SHA-256 of the canonical event (64 hex digits) unless the shop gave one.</param>
/// <param name="OccurredAt">When the order came to stand so.</param>
/// <param name="Providers">Only these providers are told, in lower case; null: all.</param>
/// <param name="Attribution">Null: the sender does not know where the order came from.</param>
public sealed record OrderEvent(
    string EventId,
    DateTimeOffset OccurredAt,
    IReadOnlyList<string>? Providers,
    Order Order,
    Attribution? Attribution
)
{
    /// <summary>When intake accepted it; no part of what was said.</summary>
    [JsonIgnore]
    public DateTimeOffset? AcceptedAt { get; init; }

    [JsonIgnore]
    public OrderVersion Version => new(OccurredAt, Order.Status, EventId) { AcceptedAt = AcceptedAt };

    /// <summary>Whether the shop wants this provider told of the event.</summary>
    public bool IsFor(string provider) => Providers is null || Providers.Contains(provider);
}
