using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts.WooCommerce;

/// <summary>
/// What an order at WooCommerce comes to now. Every amount is without tax and has its own beside it, however prices were
/// entered. The total never shrinks: what was refunded is told as one sum for each refund. What came back for it is known
/// from the shop's API alone; of the rest, tax, shipping and lines are taken to be the same proportion.
/// </summary>
internal static class WooCommerceAmounts
{
    /// <param name="details">What came back, refund by refund; null: it is not known.</param>
    /// <returns>Null where the payload's problems say why there is none.</returns>
    public static OrderAmounts? Of(Payload order, IReadOnlyList<Payload>? details)
    {
        var currency = order.Text("currency");
        if (currency is null || !Iso4217.IsCode(currency))
        {
            order.Problem("currency", "is no ISO 4217 code");
            return null;
        }

        if (order.Amount("total") is not { } total || order.Amount("total_tax") is not { } tax)
        {
            order.Problem("total", "or total_tax is missing");
            return null;
        }

        var left = Math.Max(0, total + order.Items("refunds").Sum(refund => refund.Amount("total") ?? 0));
        var ordered = Standing(order, currency, total, tax, new WooCommerceReturns([]));
        var kept = Standing(order, currency, total, tax, new WooCommerceReturns(details ?? []));
        // Where less was paid back than came back, the shop withheld some, of what it does not say; and a plugin's discount
        // can be more than the goods that are left.
        var rounding = Money.FromMinorUnits(2, Iso4217.Decimals(currency));
        var besideFees = kept.Tax + kept.Shipping;
        var isExplained =
            kept.Total > 0
            && left - kept.Total <= rounding
            && kept.Total >= besideFees
            && kept.Total + rounding >= besideFees + kept.Fees;
        return (isExplained ? kept : ordered).WithTotal(left);
    }

    private static OrderAmounts Standing(
        Payload order,
        string currency,
        decimal total,
        decimal tax,
        WooCommerceReturns returns
    )
    {
        var (back, shippingBack) = (returns.OfAll(order), returns.OfAll(order, "shipping_lines"));
        // Discount and gift-card plugins take money off by a fee below zero.
        var fees = order.Items("fee_lines").Select(fee => (ItemAmounts.Of(fee) - returns.Of(fee)).Net).ToList();
        var off = -fees.Where(fee => fee < 0).Sum();
        List<LineAmounts> lines = [.. order.Items("line_items").Select(line => Line(line, returns.Of(line)))];
        var goods = order.Items("line_items").Sum(line => ItemAmounts.Of(line).Net);
        var part = goods == 0 ? 1 : lines.Sum(line => line.Net) / goods;
        return new OrderAmounts(
            currency,
            total - back.Net - back.Tax,
            total + (order.Amount("discount_total") ?? 0) + (order.Amount("discount_tax") ?? 0),
            // Rounded item by item, it can come to a cent more than the order's.
            Math.Max(0, tax - back.Tax),
            (order.Amount("shipping_total") ?? 0) - shippingBack.Net,
            (order.Amount("shipping_tax") ?? 0) - shippingBack.Tax,
            fees.Where(fee => fee > 0).Sum(),
            [
                .. order
                    .Items("coupon_lines")
                    .Where(coupon => coupon.Text("code", 256) is not null)
                    .Select(coupon => new Discount(coupon.Text("code", 256), (coupon.Amount("discount") ?? 0) * part)),
                .. off > 0 ? [new Discount(null, off)] : Array.Empty<Discount>(),
            ],
            [.. lines.Where(line => line.Quantity > 0)]
        );
    }

    // Not `price`, which is a binary fraction.
    private static LineAmounts Line(Payload line, ItemAmounts back)
    {
        var left = ItemAmounts.Of(line) - back;
        // Some plugins sell by weight.
        var quantity = left.Quantity is > 0 and < 1_000_000 ? (int)Math.Ceiling(left.Quantity) : 0;
        return new LineAmounts(
            line.Text("sku", 256) ?? Product(line, "variation_id") ?? Product(line, "product_id"),
            line.Start("name", 1024),
            Variant: null,
            // Of what came back some money may stay with the shop.
            quantity == 0
            && back.Quantity > 0
            && left.Net > 0
                ? 1
                : quantity,
            left.Net,
            left.Tax
        );
    }

    private static string? Product(Payload line, string field) => line.Text(field) is { } id && id != "0" ? id : null;
}
