namespace OrderFunctions.Sandbox.Retrack;

/// <summary>The transactions that Retrack knows, oldest first.</summary>
internal sealed class RetrackTransactions(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly List<Guid> _order = [];
    private readonly Dictionary<Guid, RetrackTransaction> _byUuid = [];
    private readonly Dictionary<string, Guid> _byOrderNumber = new(StringComparer.Ordinal);

    public IReadOnlyList<RetrackTransaction> All()
    {
        lock (_gate)
        {
            return [.. _order.Select(uuid => _byUuid[uuid])];
        }
    }

    public RetrackTransaction? Find(string orderNumber)
    {
        lock (_gate)
        {
            return _byOrderNumber.TryGetValue(orderNumber, out var uuid) ? _byUuid[uuid] : null;
        }
    }

    public RetrackTransaction? Find(Guid uuid)
    {
        lock (_gate)
        {
            return _byUuid.GetValueOrDefault(uuid);
        }
    }

    /// <summary>The new transaction, pending; null where the order number has one, which counts the repeat.</summary>
    public RetrackTransaction? Create(RetrackInput input)
    {
        lock (_gate)
        {
            if (_byOrderNumber.TryGetValue(input.OrderNumber, out var known))
            {
                _byUuid[known] = _byUuid[known] with { RefusedRepeats = _byUuid[known].RefusedRepeats + 1 };
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
            _order.Add(created.Uuid);
            _byUuid.Add(created.Uuid, created);
            _byOrderNumber.Add(created.OrderNumber, created.Uuid);
            return created;
        }
    }

    /// <summary>Changes a transaction unless it is approved or gone; null then.</summary>
    public RetrackTransaction? Update(Guid uuid, Func<RetrackTransaction, DateTimeOffset, RetrackTransaction> change)
    {
        lock (_gate)
        {
            if (!_byUuid.TryGetValue(uuid, out var known) || known.Status == RetrackStatus.Approved)
            {
                return null;
            }

            var changed = change(known, timeProvider.GetUtcNow()) with { Writes = known.Writes + 1 };
            return _byUuid[uuid] = changed;
        }
    }

    public void Approve(string orderNumber)
    {
        lock (_gate)
        {
            if (!_byOrderNumber.TryGetValue(orderNumber, out var uuid))
            {
                throw new KeyNotFoundException($"Retrack has no transaction for the order number '{orderNumber}'.");
            }

            _byUuid[uuid] = _byUuid[uuid] with { Status = RetrackStatus.Approved, StatusAt = timeProvider.GetUtcNow() };
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _order.Clear();
            _byUuid.Clear();
            _byOrderNumber.Clear();
        }
    }
}
