using System.Collections.Concurrent;
using System.Text.Json;

namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>The orders that AvantLink knows, each as it first came.</summary>
internal sealed class AvantLinkOrders
{
    private readonly ConcurrentDictionary<string, AvantLinkOrder> _orders = new(StringComparer.Ordinal);

    public AvantLinkOrder? Find(string orderNumber) => _orders.GetValueOrDefault(orderNumber);

    /// <summary>"Retries: safe if you reuse the same order_number": a repeat changes nothing but its count.</summary>
    public void Record(AvantLinkOrder order) =>
        _orders.AddOrUpdate(order.OrderNumber, order, (_, first) => first with { Repeats = first.Repeats + 1 });

    public void Clear() => _orders.Clear();
}

/// <summary>An order as AvantLink first got it; repeats change nothing (seeds: avantlink-order-tracking).</summary>
/// <param name="OrderNumber">order.order_number.</param>
/// <param name="Subtotal">order.order_amount_subtotal, in major units, after discounts, before tax and shipping.</param>
/// <param name="Currency">order.currency.</param>
/// <param name="CouponCodes">order.coupon_codes.</param>
/// <param name="Products">order.products, in the order sent.</param>
/// <param name="Body">The whole body.</param>
/// <param name="Repeats">How often the same order number came again.</param>
public sealed record AvantLinkOrder(
    string OrderNumber,
    decimal Subtotal,
    string Currency,
    IReadOnlyList<string> CouponCodes,
    IReadOnlyList<AvantLinkProduct> Products,
    JsonElement Body,
    int Repeats
);

/// <summary>A product of an order (seeds: avantlink-order-tracking, Product Array).</summary>
/// <param name="Sku">product_sku.</param>
/// <param name="Amount">Of one, in major units, after line-level discount.</param>
/// <param name="Quantity">More than 0.</param>
public sealed record AvantLinkProduct(string Sku, decimal Amount, decimal Quantity);

/// <summary>A click as AvantLink got it (public page Server-to-Server Integration: Click Tracking).</summary>
/// <param name="UserIds">tracking_ids.user_id; blank ones included, as in an order.</param>
/// <param name="VisitorIds">tracking_ids.visitor_id.</param>
/// <param name="Token">tracking_ids.avantlink_avad; empty where none was received.</param>
/// <param name="Body">The whole body.</param>
public sealed record AvantLinkClick(
    IReadOnlyList<string> UserIds,
    IReadOnlyList<string> VisitorIds,
    string Token,
    JsonElement Body
);
