namespace OrderFunctions.Import;

/// <summary>How the file's orders stand at each provider.</summary>
internal sealed class DeliveryTally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, ProviderTally> _providers = new(StringComparer.Ordinal);

    public long OrderCount { get; private set; }

    public IReadOnlyDictionary<string, ProviderTally> Providers => _providers;

    public long Calls => _providers.Values.Sum(provider => provider.Calls);

    public long In(params IEnumerable<string> states) =>
        states.Sum(state => _providers.Values.Sum(provider => provider.Orders(state)));

    /// <summary>Counts one order.</summary>
    /// <param name="newest">Provider -> the file's newest event for it.</param>
    /// <param name="deliveries">What the server says of the order.</param>
    /// <param name="since">When the import began.</param>
    public void Add(
        IEnumerable<(string Provider, DateTimeOffset OccurredAt)> newest,
        IReadOnlyList<DeliveryStanding> deliveries,
        DateTimeOffset since
    )
    {
        lock (_lock)
        {
            OrderCount++;
            foreach (var (provider, occurredAt) in newest)
            {
                if (!_providers.TryGetValue(provider, out var tally))
                {
                    _providers.Add(provider, tally = new ProviderTally());
                }

                var delivery = deliveries.FirstOrDefault(delivery => delivery.Provider == provider);
                tally.Add(
                    DeliveryStanding.StateOf(delivery, occurredAt),
                    delivery?.Attempts.LongCount(attempt => attempt.At >= since) ?? 0
                );
            }
        }
    }
}

/// <summary>How the file's orders stand at one provider.</summary>
internal sealed class ProviderTally
{
    /// <summary>The file's newest event of the order waits on the bus, or the ledger has forgotten the order.</summary>
    public const string Waiting = "waiting";

    public const string Parked = "parked";
    public const string Retrying = "retrying";

    private readonly Dictionary<string, long> _orders = new(StringComparer.Ordinal);

    /// <summary>The calls made to it for these orders since the import began.</summary>
    public long Calls { get; private set; }

    public IReadOnlyCollection<string> States => _orders.Keys;

    public long Orders(string state) => _orders.GetValueOrDefault(state);

    public void Add(string state, long calls)
    {
        _orders[state] = Orders(state) + 1;
        Calls += calls;
    }
}
