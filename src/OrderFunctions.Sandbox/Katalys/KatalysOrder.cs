using System.Text.Json;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Katalys;

/// <summary>
/// An order as Katalys would now have it, all messages merged (seeds: katalys-order-status-reporting). Amounts are in
/// major units of <see cref="Currency"/>; null: never told.
/// </summary>
/// <param name="Fields">The value of each key as it was last told.</param>
public sealed record KatalysOrder(IReadOnlyDictionary<string, JsonElement> Fields)
{
    /// <summary>The JSON text of a key's value.</summary>
    /// <exception cref="KeyNotFoundException">The key was never told.</exception>
    public string this[string key] => Fields[key].GetRawText();

    /// <summary>pending, paid, refunded or cancelled.</summary>
    public string? Status => Text("order_status");

    /// <summary>What the customer paid.</summary>
    public decimal? Sale => Amount("sale_amount");

    /// <summary>The sale minus shipping and tax.</summary>
    public decimal? Subtotal => Amount("subtotal_amount");

    /// <summary>Three upper-case letters; "We default to USD".</summary>
    public string Currency => Text("currency") ?? "USD";

    /// <summary>The line items in the order of their numbers; one whose quantity was set to 0 is gone.</summary>
    public IReadOnlyList<KatalysLineItem> LineItems =>
        [
            .. Numbers(KatalysKeys.LineItem)
                .Select(number => $"{KatalysKeys.LineItem}_{number}_")
                .Select(prefix => new KatalysLineItem(
                    Text(prefix + "title"),
                    Text(prefix + "sku"),
                    Text(prefix + "var"),
                    Amount(prefix + "price"),
                    Amount(prefix + "qty") ?? 1
                ))
                .Where(item => item.Quantity > 0),
        ];

    /// <summary>The discounts in the order of their numbers; one whose amount was set to 0 is gone.</summary>
    public IReadOnlyList<KatalysDiscount> Discounts =>
        [
            .. Numbers(KatalysKeys.Discount)
                .Select(number => $"{KatalysKeys.Discount}_{number}_")
                .Select(prefix => new KatalysDiscount(Text(prefix + "code"), Amount(prefix + "amount")))
                .Where(discount => discount.Amount != 0),
        ];

    /// <summary>Refunded or cancelled: "the order cannot be attributed to a Katalys Affiliate".</summary>
    public bool IsVoid => Status is "refunded" or "cancelled";

    /// <summary>The numbers of a list's entries, those that are gone included.</summary>
    internal IReadOnlyList<int> Numbers(string list) =>
        [
            .. Fields
                .Keys.Select(KatalysKeys.Split)
                .OfType<(string List, int Number, string Part)>()
                .Where(key => key.List == list)
                .Select(key => key.Number)
                .Distinct()
                .Order(),
        ];

    /// <summary>The amount of a key's value; null where it is none.</summary>
    internal decimal? Amount(string key) => Fields.TryGetValue(key, out var value) ? ValueFormats.Amount(value) : null;

    private string? Text(string key) => Fields.TryGetValue(key, out var value) ? ValueFormats.Text(value) : null;
}

/// <summary>A line item of an order (seeds: katalys-order-status-reporting); null: never told.</summary>
/// <param name="Title">line_item_X_title.</param>
/// <param name="Sku">line_item_X_sku.</param>
/// <param name="Variant">line_item_X_var.</param>
/// <param name="Price">line_item_X_price, in major units.</param>
/// <param name="Quantity">line_item_X_qty; 1 where it was never told.</param>
public sealed record KatalysLineItem(string? Title, string? Sku, string? Variant, decimal? Price, decimal Quantity);

/// <summary>A discount of an order (seeds: katalys-order-status-reporting).</summary>
/// <param name="Code">discount_X_code.</param>
/// <param name="Amount">discount_X_amount, in major units.</param>
public sealed record KatalysDiscount(string? Code, decimal? Amount);
