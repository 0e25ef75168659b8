namespace OrderFunctions.Providers;

/// <summary>How a provider says an order stands there; all null where it does not know the order.</summary>
/// <param name="Click">The click that the provider connects the order with.</param>
public sealed record LookedUp(string? Reference, string? Status, string? Click = null);
