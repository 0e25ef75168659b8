namespace OrderFunctions.Diagnostics;

/// <summary>Something that a person on call should hear of.</summary>
/// <param name="Type">One of <see cref="OperatorEventTypes"/>.</param>
/// <param name="Provider">Null: it is about no single provider.</param>
/// <param name="Text">A sentence that names the provider. Order ids are allowed; a secret or a customer's data never is.</param>
public sealed record OperatorEvent(string Type, string? Provider, string Text)
{
    /// <summary>Of an event about one order.</summary>
    public string? OrderId { get; init; }
}

/// <summary>The types of operator events. Their names are stable: alerts and receivers look for them.</summary>
public static class OperatorEventTypes
{
    public const string DeliveryParked = "delivery.parked";
    public const string CredentialRejected = "credential.rejected";
    public const string CircuitOpened = "circuit.opened";
    public const string CircuitClosed = "circuit.closed";
    public const string ProviderPaused = "provider.paused";
    public const string ProviderResumed = "provider.resumed";
    public const string BusUnavailable = "bus.unavailable";
    public const string BusRecovered = "bus.recovered";
    public const string LedgerUnavailable = "ledger.unavailable";
    public const string LedgerRecovered = "ledger.recovered";
}
