namespace OrderFunctions.Bus;

/// <summary>Which parked deliveries are meant; null: any. The provider and the reason are read without regard to case.</summary>
public sealed record ParkedFilter(string? Provider = null, string? OrderId = null, string? Reason = null)
{
    public bool Matches(ParkedDelivery parked) =>
        (Provider is null || string.Equals(Provider, parked.Provider, StringComparison.OrdinalIgnoreCase))
        && (OrderId is null || string.Equals(OrderId, parked.OrderId, StringComparison.Ordinal))
        && (Reason is null || string.Equals(Reason, parked.Reason, StringComparison.OrdinalIgnoreCase));
}
