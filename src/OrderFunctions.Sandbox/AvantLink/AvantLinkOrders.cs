using System.Collections.Concurrent;

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
