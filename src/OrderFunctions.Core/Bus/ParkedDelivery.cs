namespace OrderFunctions.Bus;

/// <summary>A delivery that waits for a person.</summary>
/// <param name="Provider">Null for a message of the ERP's that is no order event; so are the ids.</param>
public sealed record ParkedDelivery(
    string Id,
    string? Provider,
    string? OrderId,
    string? EventId,
    string Reason,
    string Description,
    int Attempts,
    DateTimeOffset ParkedAt
);
