namespace OrderFunctions.Orders;

/// <summary>
/// What a provider was told of an order, as far as what it is told later depends on it. Nothing in it is personal.
/// </summary>
public sealed record ToldOrder
{
    /// <summary>SHA-256 of the request's body in Base64: the same is not told twice. Null: not known.</summary>
    public string? Request { get; init; }

    /// <summary>How many line items, of a provider that merges what it is told.</summary>
    public int LineItems { get; init; }

    /// <summary>How many discounts, of a provider that merges what it is told.</summary>
    public int Discounts { get; init; }

    /// <summary>The goods, of a provider that can't be told what came back; null: not needed.</summary>
    public ToldGoods? Goods { get; init; }
}

/// <param name="Currency">ISO 4217.</param>
/// <param name="Amount">What all goods cost, in major units, without tax and shipping.</param>
public sealed record ToldGoods(string Currency, decimal Amount, IReadOnlyList<ToldLine> Lines)
{
    /// <summary>When the order was placed; null: the event did not say.</summary>
    public DateTimeOffset? PlacedAt { get; init; }

    /// <summary>An order's goods; of a void one, none; null where the event does not say.</summary>
    public static ToldGoods? Of(Order order) =>
        order.IsVoid ? new ToldGoods(order.Currency ?? "", 0, [])
        : order is { Currency: { } currency, Goods: { } goods }
            ? new ToldGoods(
                currency,
                goods,
                [
                    .. Basket
                        .Of(order)
                        .Items.GroupBy(item => item.Line.SkuOrName, StringComparer.Ordinal)
                        .Select(items => new ToldLine(
                            items.Key,
                            items.Sum(item => item.Quantity),
                            items.Sum(item => order.FromMinorUnits(item.Price * item.Quantity))
                        )),
                ]
            )
            {
                PlacedAt = order.PlacedAt,
            }
        : null;
}

/// <param name="Amount">Of all pieces, in major units, without tax.</param>
public sealed record ToldLine(string Sku, int Quantity, decimal Amount);
