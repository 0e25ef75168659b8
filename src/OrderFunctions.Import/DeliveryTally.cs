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
