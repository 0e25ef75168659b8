using System.Text.Json;

namespace OrderFunctions.Sandbox.Katalys;

/// <summary>
/// The orders that Katalys knows. Messages of one order are merged key by key in the order received (seeds:
/// katalys-order-status-reporting). An order_alias is kept, but merges no orders.
/// </summary>
internal sealed class KatalysOrders
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _orders = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string>? Find(string orderId)
    {
        lock (_gate)
        {
            return _orders.GetValueOrDefault(orderId);
        }
    }

    /// <summary>Merges the message unless that leaves the order incomplete, which is added to the problems.</summary>
    public void Merge(string orderId, JsonElement message, List<string> problems)
    {
        lock (_gate)
        {
            var isNew = !_orders.TryGetValue(orderId, out var known);
            var merged = new Dictionary<string, string>(
                known ?? new Dictionary<string, string>(),
                StringComparer.Ordinal
            );
            foreach (var member in message.EnumerateObject())
            {
                merged[member.Name] = member.Value.GetRawText();
            }

            if (isNew)
            {
                KatalysFields.CheckFirst(merged, problems);
            }

            KatalysFields.CheckLists(merged, problems);
            if (problems.Count == 0)
            {
                _orders[orderId] = merged;
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _orders.Clear();
        }
    }
}
