using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts.Shopify;

/// <summary>What an order at Shopify comes to now: after discounts, edits, returns and refunds.</summary>
internal sealed class ShopifyAmounts
{
    private readonly Payload _order;
    private readonly ShopifyCurrency _money;
    private readonly bool _taxesIncluded;
    private readonly Dictionary<int, string> _codes;

    private ShopifyAmounts(Payload order, ShopifyCurrency money)
    {
        (_order, _money, _taxesIncluded) = (order, money, order.Flag("taxes_included"));
        _codes = order
            .Items("discount_applications")
            .Index()
            .Where(each => each.Item.Text("type") == "discount_code")
            .Select(each => (each.Index, Code: each.Item.Text("code", 256)))
            .Where(each => each.Code is not null)
            .ToDictionary(each => each.Index, each => each.Code!);
    }

    /// <returns>Not yet rounded; null where the payload's problems say why there is none.</returns>
    public static OrderAmounts? Of(Payload order, ShopifyMoney money) =>
        ShopifyCurrency.Of(order, money) is { } currency ? new ShopifyAmounts(order, currency).Read() : null;

    private OrderAmounts? Read()
    {
        if (
            _money.Required(_order, "current_total_price") is not { } total
            || _money.Required(_order, "current_subtotal_price") is not { } subtotal
            || _money.Required(_order, "current_total_tax") is not { } tax
        )
        {
            return null;
        }

        var shipping = new ShopifyShipping(_order, _money);
        var lines = _order.Items("line_items").Select(line => new ShopifyLine(line, _money, _taxesIncluded)).ToList();
        var duties = _money.Of(_order, "current_total_duties") ?? 0;
        var others = duties + (_money.Of(_order, "current_total_additional_fees") ?? 0) + CashRounding();
        var taxOutside = _taxesIncluded ? 0 : tax;
        var tip = Tip(total - subtotal - shipping.Now - taxOutside - others);
        var isBalanced = total == subtotal + shipping.Now + taxOutside + tip + others;
        var fees = others + (tip != 0 ? tip : lines.Where(line => line.IsTip).Sum(line => line.NetNow));
        var amounts = new OrderAmounts(
            _money.Code,
            total,
            TotalBeforeDiscounts(),
            tax,
            shipping.Now - (_taxesIncluded ? shipping.TaxNow : 0),
            shipping.TaxNow,
            // A gift card that is sold is paid again when it is redeemed.
            fees + lines.Where(line => line.IsGiftCard).Sum(line => line.NetNow),
            Discounts(lines),
            [.. lines.Where(line => line is { IsGoods: true, Quantity: > 0 }).Select(line => line.Amounts)]
        );
        // Where the total is less than its parts, what went back is taken off it already.
        return isBalanced
            ? amounts.WithTotal(Math.Max(0, total - ShopifyRefunds.BeyondGoods(_order, _money, _taxesIncluded)))
            : amounts;
    }

    private decimal? TotalBeforeDiscounts() =>
        _money.Of(_order, "total_line_items_price") is { } lines
            ? lines
                + _order.Items("shipping_lines").Sum(line => _money.Of(line, "price") ?? 0)
                + (_taxesIncluded ? 0 : _money.Of(_order, "total_tax") ?? 0)
            : null;

    private decimal CashRounding() =>
        (_money.Of(_order, "total_cash_rounding_payment_adjustment") ?? 0)
        + (_money.Of(_order, "total_cash_rounding_refund_adjustment") ?? 0);

    // Stated in the shop's currency only: in the shopper's it is what the other parts leave of the total.
    private decimal Tip(decimal rest)
    {
        var tip = _order.Amount("total_tip_received") ?? 0;
        return tip == 0 || _money.IsFlat ? tip : Math.Max(0, rest);
    }

    // Each code with what it took off, of the goods and of the shipping; what was taken off without a code has no entry.
    private List<Discount> Discounts(IReadOnlyList<ShopifyLine> lines)
    {
        var taken = lines
            .SelectMany(line => line.Discounts)
            .Concat(
                _order
                    .Items("shipping_lines")
                    .Where(line => !line.Flag("is_removed"))
                    .SelectMany(line => ShopifyLine.Allocations(line, _money, _taxesIncluded))
            )
            .ToLookup(each => each.Application, each => each.Amount);
        return
        [
            .. _codes
                .GroupBy(code => code.Value, code => taken[code.Key].Sum(), StringComparer.Ordinal)
                .Select(code => new Discount(code.Key, code.Sum())),
        ];
    }
}

/// <summary>Which of the two amounts that Shopify states of everything is read: the shop's or the shopper's.</summary>
internal sealed class ShopifyCurrency
{
    private readonly string _set;

    private ShopifyCurrency(string code, string set, bool isFlat) => (Code, _set, IsFlat) = (code, set, isFlat);

    /// <summary>ISO 4217.</summary>
    public string Code { get; }

    /// <summary>Whether amounts that are stated once, in the shop's currency, are in this one.</summary>
    public bool IsFlat { get; }

    /// <returns>Null where the order's problems say why there is none.</returns>
    public static ShopifyCurrency? Of(Payload order, ShopifyMoney money)
    {
        var isShop = money == ShopifyMoney.Shop;
        var field = isShop ? "currency" : "presentment_currency";
        if (order.Text(field) is not { } code || !Iso4217.IsCode(code))
        {
            order.Problem(field, "is no ISO 4217 code");
            return null;
        }

        return new ShopifyCurrency(
            code,
            isShop ? "shop_money" : "presentment_money",
            isShop || code == order.Text("currency")
        );
    }

    /// <summary>The other currency's amounts of the same order, where <paramref name="code"/> is not this one's.</summary>
    public ShopifyCurrency For(Payload order, string? code) =>
        code is null || code == Code
            ? this
            : Of(order, _set == "shop_money" ? ShopifyMoney.Presentment : ShopifyMoney.Shop) ?? this;

    /// <summary>The amount of a field; null where it is absent.</summary>
    /// <param name="field">Without _set: price is price_set, or price itself where that is missing.</param>
    public decimal? Of(Payload payload, string field) =>
        payload.Child($"{field}_set").Child(_set).Amount("amount") ?? (IsFlat ? payload.Amount(field) : null);

    public decimal? Required(Payload payload, string field)
    {
        var amount = Of(payload, field);
        if (amount is null)
        {
            payload.Problem($"{field}_set.{_set}", "is missing");
        }

        return amount;
    }
}
