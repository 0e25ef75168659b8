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
/// <param name="Body">The whole body.</param>
/// <param name="Repeats">How often the same order number came again.</param>
public sealed record AvantLinkOrder(
    string OrderNumber,
    decimal Subtotal,
    string Currency,
    JsonElement Body,
    int Repeats
);
