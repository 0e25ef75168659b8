namespace OrderFunctions.Storefronts.Shopify;

/// <summary>
/// A line item. Its discounts and taxes are those of the quantity that was ordered, and stay so when pieces come back:
/// of what is left, they are in proportion.
/// </summary>
internal sealed class ShopifyLine
{
    private readonly Payload _line;
    private readonly decimal _left;
    private readonly decimal _tax;

    public ShopifyLine(Payload line, ShopifyCurrency money, bool taxesIncluded)
    {
        _line = line;
        var ordered = line.Count("quantity");
        Quantity = line.Has("current_quantity") ? line.Count("current_quantity") : ordered;
        _left = ordered == 0 ? 0 : (decimal)Quantity / ordered;
        _tax = TaxOf(line, money);
        var paid = ((money.Of(line, "price") ?? 0) * ordered) - Taken(line, money);
        NetNow = (paid - (taxesIncluded ? _tax : 0)) * _left;
        Discounts =
        [
            .. Allocations(line, money, taxesIncluded).Select(each => (each.Application, each.Amount * _left)),
        ];
    }

    /// <summary>What is left of what was ordered.</summary>
    public int Quantity { get; }

    /// <summary>What is left of it costs, after discounts, without tax; not rounded.</summary>
    public decimal NetNow { get; }

    /// <summary>What each discount took off that, without tax.</summary>
    public IReadOnlyList<(int Application, decimal Amount)> Discounts { get; }

    public bool IsGiftCard => _line.Flag("gift_card");

    /// <summary>A tip that was added as a line: of no product, or of a gateway for tips.</summary>
    public bool IsTip =>
        _line.Has("tip_payment_gateway")
        || _line.Has("tip")
        || (!_line.Has("product_id") && !_line.Has("variant_id") && _line.Text("title") == "Tip");

    public bool IsGoods => !IsGiftCard && !IsTip;

    public LineAmounts Amounts =>
        new(
            _line.Text("sku", 256) ?? _line.Text("variant_id") ?? _line.Text("product_id"),
            _line.Start("title", 1024) ?? _line.Start("name", 1024),
            _line.Start("variant_title", 1024),
            Quantity,
            NetNow,
            _tax * _left
        );

    /// <summary>What each discount took off a line item or a shipping line as it was ordered, without tax.</summary>
    public static IEnumerable<(int Application, decimal Amount)> Allocations(
        Payload line,
        ShopifyCurrency money,
        bool taxesIncluded
    )
    {
        var withTax = 1 + (taxesIncluded ? line.Items("tax_lines").Sum(tax => tax.Amount("rate") ?? 0) : 0);
        return line.Items("discount_allocations")
            .Where(each => each.Has("discount_application_index"))
            .Select(each => (each.Count("discount_application_index"), (money.Of(each, "amount") ?? 0) / withTax));
    }

    /// <summary>All that was taken off: by codes, by hand and by itself, off the line and off the order.</summary>
    public static decimal Taken(Payload line, ShopifyCurrency money) =>
        line.Items("discount_allocations").Sum(each => money.Of(each, "amount") ?? 0);

    public static decimal TaxOf(Payload line, ShopifyCurrency money) =>
        line.Items("tax_lines").Sum(tax => money.Of(tax, "price") ?? 0);
}

/// <summary>The shipping of an order, after discounts.</summary>
internal sealed class ShopifyShipping
{
    public ShopifyShipping(Payload order, ShopifyCurrency money)
    {
        var lines = order.Items("shipping_lines").Where(line => !line.Flag("is_removed")).ToList();
        var ordered = lines.Sum(line =>
            money.Of(line, "discounted_price") ?? ((money.Of(line, "price") ?? 0) - ShopifyLine.Taken(line, money))
        );
        Now = money.Of(order, "current_shipping_price") ?? ordered;
        TaxNow = ordered == 0 ? 0 : lines.Sum(line => ShopifyLine.TaxOf(line, money)) * Now / ordered;
    }

    /// <summary>What is left of it, with tax in it where prices have.</summary>
    public decimal Now { get; }

    /// <summary>The tax on that, in proportion.</summary>
    public decimal TaxNow { get; }
}
