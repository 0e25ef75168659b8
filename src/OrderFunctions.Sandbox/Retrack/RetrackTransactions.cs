namespace OrderFunctions.Sandbox.Retrack;

/// <summary>The transactions that Retrack knows, oldest first.</summary>
internal sealed class RetrackTransactions(TimeProvider timeProvider)
{
    private readonly Lock gate = new();
    private readonly List<Guid> order = [];
    private readonly Dictionary<Guid, RetrackTransaction> byUuid = [];
    private readonly Dictionary<string, Guid> byOrderNumber = new(StringComparer.Ordinal);

    public IReadOnlyList<RetrackTransaction> All()
    {
        lock (gate)
        {
            return [.. order.Select(uuid => byUuid[uuid])];
        }
    }

    public RetrackTransaction? Find(string orderNumber)
    {
        lock (gate)
        {
            return byOrderNumber.TryGetValue(orderNumber, out var uuid) ? byUuid[uuid] : null;
        }
    }

    public RetrackTransaction? Find(Guid uuid)
    {
        lock (gate)
        {
            return byUuid.GetValueOrDefault(uuid);
        }
    }

    /// <summary>The new transaction, pending; null where the order number has one, which counts the repeat.</summary>
    public RetrackTransaction? Create(RetrackInput input)
    {
        lock (gate)
        {
            if (byOrderNumber.TryGetValue(input.OrderNumber, out var known))
            {
                byUuid[known] = byUuid[known] with { RefusedRepeats = byUuid[known].RefusedRepeats + 1 };
                return null;
            }

            var now = timeProvider.GetUtcNow();
            var created = new RetrackTransaction
            {
                Uuid = Guid.CreateVersion7(now),
                OrderNumber = input.OrderNumber,
                Event = input.Event,
                Click = input.Click,
                OrderSum = input.OrderSum,
                VatSum = input.VatSum,
                DiscountSum = input.DiscountSum,
                Currency = input.Currency,
                Products = input.Products,
                CreatedAt = now,
                StatusAt = now,
            };
            order.Add(created.Uuid);
            byUuid.Add(created.Uuid, created);
            byOrderNumber.Add(created.OrderNumber, created.Uuid);
            return created;
        }
    }

    /// <summary>Changes a transaction unless it is approved or gone; null then.</summary>
    public RetrackTransaction? Update(Guid uuid, Func<RetrackTransaction, DateTimeOffset, RetrackTransaction> change)
    {
        lock (gate)
        {
            if (!byUuid.TryGetValue(uuid, out var known) || known.Status == RetrackStatus.Approved)
            {
                return null;
            }

            var changed = change(known, timeProvider.GetUtcNow()) with { Writes = known.Writes + 1 };
            return byUuid[uuid] = changed;
        }
    }

    public void Approve(string orderNumber)
    {
        lock (gate)
        {
            if (!byOrderNumber.TryGetValue(orderNumber, out var uuid))
            {
                throw new KeyNotFoundException($"Retrack has no transaction for the order number '{orderNumber}'.");
            }

            byUuid[uuid] = byUuid[uuid] with { Status = RetrackStatus.Approved, StatusAt = timeProvider.GetUtcNow() };
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            order.Clear();
            byUuid.Clear();
            byOrderNumber.Clear();
        }
    }
}
