namespace OrderFunctions.Orders;

/// <param name="UnitPrice">The price of one, after line discounts, without tax.</param>
/// <param name="UnitTax">The tax on one.</param>
/// <param name="RetrackEventId">Retrack's commission event for this line, if not the shop's usual one.</param>
public sealed record OrderLine(
    string Sku,
    string? Name,
    string? Variant,
    int Quantity,
    decimal UnitPrice,
    decimal? UnitTax,
    Guid? RetrackEventId
);
