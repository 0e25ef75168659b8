using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts.WooCommerce;

/// <summary>
/// What an order at WooCommerce comes to now. Every amount is without tax and has its own beside it, however prices were
/// entered. The total never shrinks: what was refunded is told as one sum for each refund, so that of tax, shipping and
/// lines only the proportion is known.
/// </summary>
internal static class WooCommerceAmounts
{
    /// <returns>Null where the payload's problems say why there is none.</returns>
    public static OrderAmounts? Of(Payload order)
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

        // Discount and gift-card plugins take money off by a fee below zero.
        var fees = order.Items("fee_lines").Select(fee => fee.Amount("total") ?? 0).ToList();
        var off = -fees.Where(fee => fee < 0).Sum();
        var left = Math.Max(0, total + order.Items("refunds").Sum(refund => refund.Amount("total") ?? 0));
        var ordered = new OrderAmounts(
            currency,
            total,
            total + (order.Amount("discount_total") ?? 0) + (order.Amount("discount_tax") ?? 0),
            tax,
            order.Amount("shipping_total") ?? 0,
            order.Amount("shipping_tax") ?? 0,
            fees.Where(fee => fee > 0).Sum(),
            [
                .. order
                    .Items("coupon_lines")
                    .Where(coupon => coupon.Text("code", 256) is not null)
                    .Select(coupon => new Discount(coupon.Text("code", 256), coupon.Amount("discount") ?? 0)),
                .. off > 0 ? [new Discount(null, off)] : Array.Empty<Discount>(),
            ],
            [.. order.Items("line_items").Select(Line).Where(line => line.Quantity > 0)]
        );
        return ordered.WithTotal(left);
    }

    // Not `price`, which is a binary fraction.
    private static LineAmounts Line(Payload line)
    {
        // Some plugins sell by weight.
        var quantity = line.Amount("quantity") is { } pieces and > 0 and < 1_000_000 ? (int)Math.Ceiling(pieces) : 0;
        return new LineAmounts(
            line.Text("sku", 256) ?? Product(line, "variation_id") ?? Product(line, "product_id"),
            line.Start("name", 1024),
            Variant: null,
            quantity,
            line.Amount("total") ?? 0,
            line.Amount("total_tax") ?? 0
        );
    }

    private static string? Product(Payload line, string field) => line.Text(field) is { } id && id != "0" ? id : null;
}
