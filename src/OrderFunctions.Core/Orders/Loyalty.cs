namespace OrderFunctions.Orders;

/// <summary>What the advocate is to get instead of what the programme would give.</summary>
/// <param name="CommissionCurrency">ISO 4217 code; the order's currency unless given.</param>
public sealed record Loyalty(decimal? Points, decimal? Commission, string? CommissionCurrency);
