using System.Text.Json.Serialization;

namespace OrderFunctions.Bus;

/// <summary>A delivery that waits for a person.</summary>
/// <param name="Provider">Null for a message of the ERP's that is no order event; so are the ids.</param>
/// <param name="OrderId">Null for a click, too.</param>
public sealed record ParkedDelivery(
    string Id,
    string? Provider,
    string? OrderId,
    string? EventId,
    string Reason,
    string Description,
    int Attempts,
    DateTimeOffset ParkedAt
)
{
    /// <summary>In the answer of GET /api/parked only where it is no order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public MessageKind Kind { get; init; }
}

/// <summary>Which parked deliveries are meant; null: any. The provider and the reason are read without regard to case.</summary>
public sealed record ParkedFilter(string? Provider = null, string? OrderId = null, string? Reason = null)
{
    public bool Matches(ParkedDelivery parked) =>
        (Provider is null || string.Equals(Provider, parked.Provider, StringComparison.OrdinalIgnoreCase))
        && (OrderId is null || string.Equals(OrderId, parked.OrderId, StringComparison.Ordinal))
        && (Reason is null || string.Equals(Reason, parked.Reason, StringComparison.OrdinalIgnoreCase));
}

/// <param name="Next">Where to go on; null on the last page.</param>
public sealed record ParkedPage(IReadOnlyList<ParkedDelivery> Items, long? Next);
