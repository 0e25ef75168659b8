using System.Text.Json;

namespace OrderFunctions.Sandbox.Katalys;

/// <summary>
/// The orders that Katalys knows. Messages of one order are merged key by key in the order received (seeds:
/// katalys-order-status-reporting). An order_alias is kept, but merges no orders.
/// </summary>
internal sealed class KatalysOrders
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KatalysOrder> _orders = new(StringComparer.Ordinal);

    public KatalysOrder? Find(string orderId)
    {
        lock (_gate)
        {
            return _orders.GetValueOrDefault(orderId);
        }
    }

    /// <summary>Merges the message unless there is a problem; what it leaves incomplete is added to them.</summary>
    /// <param name="orderId">Null where it could not be read, which is a problem already.</param>
    public void Merge(string? orderId, JsonElement message, List<string> problems)
    {
        lock (_gate)
        {
            var fields = new Dictionary<string, JsonElement>(
                (orderId is null ? null : Find(orderId))?.Fields ?? new Dictionary<string, JsonElement>(),
                StringComparer.Ordinal
            );
            foreach (var member in message.EnumerateObject())
            {
                fields[member.Name] = member.Value;
            }

            var merged = new KatalysOrder(fields);
            KatalysFields.CheckRequired(message, merged, problems);
            KatalysFields.CheckLists(merged, problems);
            if (problems.Count == 0 && orderId is not null)
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
