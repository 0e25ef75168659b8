namespace OrderFunctions.Storefronts.Shopify;

/// <summary>
/// The money that was handed back. A refund's lines say which goods left the order, by their value, and that has left
/// the order's total already; its transactions say what was paid back, which may be more or less.
/// </summary>
internal static class ShopifyRefunds
{
    /// <summary>The money beyond the value of the goods that left the order.</summary>
    public static decimal BeyondGoods(Payload order, ShopifyCurrency money, bool taxesIncluded)
    {
        var refunds = order.Items("refunds");
        // Until one has succeeded it may still fail.
        var paidBack = refunds
            .SelectMany(refund => refund.Items("transactions"))
            .Where(each => each.Text("kind") == "refund" && each.Text("status") == "success")
            .ToList();
        // Transactions are in one currency, the lines in both: compared in that of the transactions, nothing is rounded.
        var paidIn = money.For(order, paidBack.Select(each => each.Text("currency")).FirstOrDefault());
        var goods = refunds.Sum(refund => GoodsOf(refund, paidIn, taxesIncluded));
        var beyond = Math.Max(0, paidBack.Sum(each => each.Amount("amount") ?? 0) - goods);
        if (beyond == 0 || paidIn.Code == money.Code)
        {
            return beyond;
        }

        var (here, there) = (money.Of(order, "total_price"), paidIn.Of(order, "total_price"));
        return here is { } ours && there is { } theirs && theirs != 0 ? beyond * ours / theirs : beyond;
    }

    private static decimal GoodsOf(Payload refund, ShopifyCurrency money, bool taxesIncluded)
    {
        var lines = refund
            .Items("refund_line_items")
            .Sum(line => Sum(money.Of(line, "subtotal"), money.Of(line, "total_tax")));
        var shipping = refund
            .Items("refund_shipping_lines")
            .Sum(line => Sum(money.Of(line, "subtotal_amount"), ShopifyLine.TaxOf(line, money)));
        // Before 2024-10 the shipping came back as an adjustment, below zero.
        var adjusted = refund
            .Items("order_adjustments")
            .Where(each => each.Text("kind") == "shipping_refund")
            .Sum(each => Sum(money.Of(each, "amount"), money.Of(each, "tax_amount")));
        return lines + shipping - adjusted;

        decimal Sum(decimal? amount, decimal? tax) => (amount ?? 0) + (taxesIncluded ? 0 : tax ?? 0);
    }
}
