using System.Text.Json.Serialization;

namespace OrderFunctions.Orders;

/// <summary>
/// The order as it stands. Amounts are in major units of <see cref="Currency"/> and, but for <see cref="Fees"/>, never
/// negative. A void order may lack <see cref="PlacedAt"/>, <see cref="Currency"/>, <see cref="Total"/> and
/// <see cref="Tax"/>: null is what its sender does not know. Every other order has them.
/// </summary>
/// <param name="Total">What the customer pays, with tax, shipping and fees, after discounts and refunds.</param>
/// <param name="Tax">All tax in <paramref name="Total"/>.</param>
/// <param name="Shipping">Shipping without tax.</param>
/// <param name="ShippingTax">The part of <paramref name="Tax"/> that is on shipping.</param>
/// <param name="Fees">What is in <paramref name="Total"/> and is no goods (tips, duties, cash rounding), without tax.</param>
/// <param name="BillingAddress">Null where the sender says nothing of it.</param>
public sealed record Order(
    string Id,
    string? Alias,
    OrderStatus Status,
    DateTimeOffset? PlacedAt,
    string? Currency,
    decimal? Total,
    decimal? TotalBeforeDiscounts,
    decimal? Tax,
    decimal Shipping,
    decimal ShippingTax,
    // Written only where there are any: an event without fees keeps the id that it had before there was this field.
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] decimal Fees,
    IReadOnlyList<Discount> Discounts,
    bool InStore,
    Customer Customer,
    Address ShippingAddress,
    Address? BillingAddress,
    IReadOnlyList<OrderLine> Lines,
    Loyalty Loyalty
)
{
    /// <summary>
    /// What the goods cost: without tax, shipping and fees, after discounts and refunds. Zero where a void order's
    /// sender still states tax or shipping; null where total or tax is unknown.
    /// </summary>
    [JsonIgnore]
    public decimal? Goods => Total - Tax - Shipping - Fees is { } goods ? Math.Max(0, goods) : null;

    /// <summary>The tax without that on shipping; null where it is unknown.</summary>
    [JsonIgnore]
    public decimal? GoodsTax => Tax is { } tax ? Math.Max(0, tax - ShippingTax) : null;

    /// <summary>Whether the order came to nothing: cancelled, or refunded whole.</summary>
    [JsonIgnore]
    public bool IsVoid => Status.IsVoid();

    /// <summary>The shipping address or, where nothing of it is known, the billing address: never a mixture of both.</summary>
    [JsonIgnore]
    public Address EffectiveAddress => HasShippingAddress ? ShippingAddress : BillingAddress ?? ShippingAddress;

    /// <summary>The discount codes, each once.</summary>
    [JsonIgnore]
    public IEnumerable<string> Codes => Discounts.Select(discount => discount.Code).OfType<string>().Distinct();

    [JsonIgnore]
    public bool HasShippingAddress => ShippingAddress != Address.Unknown;

    /// <summary>An amount of the order with as many decimals as its currency has: 100 USD is 100.00; null where either is unknown.</summary>
    public decimal? InMajorUnits(decimal? amount) =>
        amount is { } known && Currency is not null ? Money.WithDecimals(known, Iso4217.Decimals(Currency)) : null;

    /// <summary>A whole number of minor units as an amount with as many decimals as the order's currency has.</summary>
    public decimal FromMinorUnits(long units) => Money.FromMinorUnits(units, Iso4217.Decimals(Currency!));

    /// <summary>An amount of the order as a whole number of minor units: 125 SEK is 12500, 125 JPY is 125; null where either is unknown.</summary>
    public long? InMinorUnits(decimal? amount) =>
        amount is { } known && Currency is not null ? Money.MinorUnits(known, Iso4217.Decimals(Currency)) : null;
}

/// <param name="IsNew">Null: the sender does not know.</param>
/// <param name="OrderCount">How many orders the customer has placed, this one included.</param>
public sealed record Customer(string? Id, string? Email, bool? IsNew, int? OrderCount)
{
    public static readonly Customer Unknown = new(null, null, null, null);

    /// <summary>This and, where it is unknown, the other.</summary>
    public Customer Or(Customer? other) =>
        new(Id ?? other?.Id, Email ?? other?.Email, IsNew ?? other?.IsNew, OrderCount ?? other?.OrderCount);

    /// <summary>What is known here and not in the other.</summary>
    public Customer Without(Customer? other) =>
        new(
            other?.Id is null ? Id : null,
            other?.Email is null ? Email : null,
            other?.IsNew is null ? IsNew : null,
            other?.OrderCount is null ? OrderCount : null
        );
}

/// <param name="Code">Null: taken off without a code; it counts in the sums only.</param>
/// <param name="Amount">What it took off, in the order's currency.</param>
public sealed record Discount(string? Code, decimal Amount);

public sealed record Address(string? City, string? Region, string? State, string? PostalCode, string? Country)
{
    public static readonly Address Unknown = new(null, null, null, null, null);
}

/// <summary>What the advocate is to get instead of what the programme would give.</summary>
/// <param name="CommissionCurrency">ISO 4217 code; the order's currency unless given.</param>
public sealed record Loyalty(decimal? Points, decimal? Commission, string? CommissionCurrency);

/// <summary>One line of the order; it has a <paramref name="Sku"/> or a <paramref name="Name"/>, and a <paramref name="UnitPrice"/> or a <paramref name="Total"/>.</summary>
/// <param name="Quantity">0: all of it came back.</param>
/// <param name="UnitPrice">The price of one, after line discounts, without tax, with up to 8 decimals.</param>
/// <param name="Total">The same for the whole line, exact; where both are given, it counts.</param>
/// <param name="UnitTax">The tax on one, with up to 8 decimals.</param>
/// <param name="Tax">The tax on the whole line, exact; where both are given, it counts.</param>
/// <param name="RetrackEventId">Retrack's commission event for this line, if not the shop's usual one.</param>
public sealed record OrderLine(
    string? Sku,
    string? Name,
    string? Variant,
    int Quantity,
    decimal? UnitPrice,
    decimal? Total,
    decimal? UnitTax,
    decimal? Tax,
    Guid? RetrackEventId
)
{
    /// <summary>What a platform is told that demands a SKU.</summary>
    [JsonIgnore]
    public string SkuOrName => Sku ?? Name!;

    /// <summary>What a platform is told that demands a name.</summary>
    [JsonIgnore]
    public string NameOrSku => Name ?? Sku!;

    /// <summary>The price of the whole line in major units, not rounded.</summary>
    [JsonIgnore]
    public decimal Price => Total ?? UnitPrice!.Value * Quantity;

    /// <summary>The tax on the whole line in major units, not rounded; null where it is unknown.</summary>
    [JsonIgnore]
    public decimal? WholeTax => Tax ?? UnitTax * Quantity;
}
