namespace OrderFunctions.Providers;

/// <summary>How a provider says an order stands there; both null where it does not know the order.</summary>
public sealed record LookedUp(string? Reference, string? Status);
