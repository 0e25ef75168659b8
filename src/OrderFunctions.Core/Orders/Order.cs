using System.Text.Json.Serialization;

namespace OrderFunctions.Orders;

/// <summary>The order as it stands. Amounts are in major units of <see cref="Currency"/>, never negative.</summary>
/// <param name="Total">What the customer pays, with tax and shipping, after discounts and refunds.</param>
/// <param name="Tax">All tax in <paramref name="Total"/>.</param>
/// <param name="Shipping">Shipping without tax.</param>
/// <param name="ShippingTax">The part of <paramref name="Tax"/> that is on shipping.</param>
public sealed record Order(
    string Id,
    string? Alias,
    OrderStatus Status,
    DateTimeOffset PlacedAt,
    string Currency,
    decimal Total,
    decimal? TotalBeforeDiscounts,
    decimal Tax,
    decimal Shipping,
    decimal ShippingTax,
    IReadOnlyList<Discount> Discounts,
    bool InStore,
    Customer Customer,
    ShippingAddress ShippingAddress,
    IReadOnlyList<OrderLine> Lines,
    Loyalty Loyalty
)
{
    /// <summary>
    /// What the goods cost: without tax and shipping, after discounts and refunds. Zero where a refund left
    /// less than the tax and shipping the shop still states.
    /// </summary>
    [JsonIgnore]
    public decimal Subtotal => Math.Max(0, Total - Tax - Shipping);

    /// <summary>Whether the order came to nothing: cancelled, or refunded whole.</summary>
    [JsonIgnore]
    public bool IsVoid => Status is OrderStatus.Cancelled or OrderStatus.Refunded;

    /// <summary>An amount of the order with as many decimals as its currency has: 100 USD is 100.00.</summary>
    public decimal InMajorUnits(decimal amount) => Money.WithDecimals(amount, Iso4217.Decimals(Currency));

    /// <summary>An amount of the order as a whole number of minor units: 125 SEK is 12500, 125 JPY is 125.</summary>
    public long InMinorUnits(decimal amount) => Money.MinorUnits(amount, Iso4217.Decimals(Currency));
}

/// <param name="OrderCount">How many orders the customer has placed, this one included.</param>
public sealed record Customer(string? Id, string? Email, bool? IsNew, int? OrderCount);

/// <param name="Amount">What the code took off, in the order's currency.</param>
public sealed record Discount(string Code, decimal Amount);

public sealed record ShippingAddress(string? City, string? Region, string? State, string? PostalCode, string? Country);

/// <summary>What the advocate is to get instead of what the programme would give.</summary>
/// <param name="CommissionCurrency">ISO 4217 code; the order's currency unless given.</param>
public sealed record Loyalty(decimal? Points, decimal? Commission, string? CommissionCurrency);

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
