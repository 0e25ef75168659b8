namespace OrderFunctions.Ledger;

/// <summary>A worker's word that it alone tells this provider of this order until then.</summary>
public sealed record Claim(Guid Holder, DateTimeOffset Until);
