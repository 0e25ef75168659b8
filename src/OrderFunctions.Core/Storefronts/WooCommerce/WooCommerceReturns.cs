namespace OrderFunctions.Storefronts.WooCommerce;

/// <summary>An item of an order, or what came back of it: goods, shipping or a fee, without tax and the tax on it.</summary>
internal readonly record struct ItemAmounts(decimal Quantity, decimal Net, decimal Tax)
{
    public static ItemAmounts operator +(ItemAmounts one, ItemAmounts other) =>
        new(one.Quantity + other.Quantity, one.Net + other.Net, one.Tax + other.Tax);

    public static ItemAmounts operator -(ItemAmounts one, ItemAmounts other) =>
        new(one.Quantity - other.Quantity, one.Net - other.Net, one.Tax - other.Tax);

    public static ItemAmounts Of(Payload item) =>
        new(item.Amount("quantity") ?? 0, item.Amount("total") ?? 0, item.Amount("total_tax") ?? 0);
}

/// <summary>
/// What came back of each item of an order, as the order's refunds tell (REST API v3, Order refunds): their items have
/// amounts below zero, and name the order's item.
/// </summary>
internal sealed class WooCommerceReturns(IReadOnlyList<Payload> refunds)
{
    private static readonly string[] Kinds = ["line_items", "shipping_lines", "fee_lines"];

    private readonly ILookup<string?, Payload> _byItem = refunds
        .SelectMany(refund => Kinds.SelectMany(refund.Items))
        .ToLookup(RefundedItem);

    /// <summary>What came back of an item of the order; no more than there was.</summary>
    public ItemAmounts Of(Payload item)
    {
        var was = ItemAmounts.Of(item);
        var back = item.Text("id") is { } id
            ? _byItem[id].Aggregate(default(ItemAmounts), (sum, each) => sum - ItemAmounts.Of(each))
            : default;
        return new ItemAmounts(
            Within(back.Quantity, was.Quantity),
            Within(back.Net, was.Net),
            Within(back.Tax, was.Tax)
        );
    }

    /// <summary>What came back of all of the order's items.</summary>
    public ItemAmounts OfAll(Payload order, params IEnumerable<string> kinds) =>
        kinds.SelectMany(order.Items).Aggregate(default(ItemAmounts), (sum, item) => sum + Of(item));

    public ItemAmounts OfAll(Payload order) => OfAll(order, Kinds);

    // A fee below zero comes back as an amount above zero.
    private static decimal Within(decimal back, decimal was) => Math.Clamp(back, Math.Min(0, was), Math.Max(0, was));

    private static string? RefundedItem(Payload item) =>
        item.Items("meta_data").FirstOrDefault(each => each.Text("key") == "_refunded_item_id")?.Text("value");
}
