using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>
/// What this process's deliveries came to in the last hour, minute by minute. It holds 60 minutes for each provider
/// and nothing else, however many deliveries there are. The meters go to an exporter; nobody can ask them here, and they
/// belong to the whole process, not to one host in it.
/// </summary>
public sealed class DeliveryCounters
{
    private const int Minutes = 60;

    private readonly TimeProvider _timeProvider;
    private readonly Dictionary<string, Minute[]> _minutes;
    private readonly Dictionary<string, Second[]> _seconds;
    private readonly Lock _gate = new();

    public DeliveryCounters(ProviderCatalog catalog, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        CountingSince = timeProvider.GetUtcNow();
        _minutes = catalog.Names.ToDictionary(
            name => name,
            _ => Enumerable.Range(0, Minutes).Select(_ => new Minute()).ToArray(),
            StringComparer.Ordinal
        );
        _seconds = catalog.Names.ToDictionary(name => name, _ => new Second[60], StringComparer.Ordinal);
    }

    public DateTimeOffset CountingSince { get; }

    /// <summary>A call was made.</summary>
    public void Attempted(string provider, TimeSpan duration) =>
        Count(
            provider,
            minute =>
            {
                minute.Durations.Add(duration);
                var second = _timeProvider.GetUtcNow().ToUnixTimeSeconds();
                ref var slot = ref _seconds[provider][second % 60];
                slot = slot.Number == second ? slot with { Calls = slot.Calls + 1 } : new Second(second, 1);
            }
        );

    /// <summary>A delivery's turn has ended.</summary>
    /// <param name="isRetried">Whether another is due.</param>
    public void Ended(string provider, Outcome outcome, bool isRetried) =>
        Count(
            provider,
            minute =>
            {
                switch (outcome)
                {
                    case Outcome.Delivered:
                        minute.Delivered++;
                        break;
                    case Outcome.Skipped:
                        minute.Skipped++;
                        break;
                    case Outcome.Retry { When.IsFree: false } when isRetried:
                        minute.Retried++;
                        break;
                }
            }
        );

    public void Parked(string provider) => Count(provider, minute => minute.Parked++);

    /// <summary>The calls of the last 60 seconds.</summary>
    public int CallsInLastMinute(string provider)
    {
        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow().ToUnixTimeSeconds();
            return _seconds[provider]
                .Where(slot => slot.Number > now - 60 && slot.Number <= now)
                .Sum(slot => slot.Calls);
        }
    }

    /// <summary>The last 60 minutes, the current one included: together, and each in which something happened, oldest first.</summary>
    public (MinuteCounts Together, IReadOnlyList<MinuteCounts> Each) LastHour(string provider)
    {
        lock (_gate)
        {
            var now = Number(_timeProvider.GetUtcNow());
            var minutes = _minutes[provider]
                .Where(minute => minute.Number > now - Minutes && minute.Number <= now && minute.IsUsed)
                .OrderBy(minute => minute.Number)
                .ToList();
            var together = new Minute { Number = now - Minutes + 1 };
            foreach (var minute in minutes)
            {
                together.Add(minute);
            }

            return (together.Counts(), [.. minutes.Select(minute => minute.Counts())]);
        }
    }

    private void Count(string provider, Action<Minute> count)
    {
        if (!_minutes.TryGetValue(provider, out var minutes))
        {
            return;
        }

        lock (_gate)
        {
            var number = Number(_timeProvider.GetUtcNow());
            var minute = minutes[number % Minutes];
            if (minute.Number != number)
            {
                minute.Begin(number);
            }

            count(minute);
        }
    }

    private static long Number(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    private readonly record struct Second(long Number, int Calls);

    private sealed class Minute
    {
        /// <summary>Whole minutes since 1970.</summary>
        public long Number { get; set; }

        public int Delivered { get; set; }

        public int Skipped { get; set; }

        public int Retried { get; set; }

        public int Parked { get; set; }

        public DurationHistogram Durations { get; } = new();

        public bool IsUsed => Delivered + Skipped + Retried + Parked + Durations.Count > 0;

        public void Begin(long number)
        {
            (Number, Delivered, Skipped, Retried, Parked) = (number, 0, 0, 0, 0);
            Durations.Clear();
        }

        public void Add(Minute other)
        {
            Delivered += other.Delivered;
            Skipped += other.Skipped;
            Retried += other.Retried;
            Parked += other.Parked;
            Durations.Add(other.Durations);
        }

        public MinuteCounts Counts() =>
            new(
                DateTimeOffset.FromUnixTimeSeconds(Number * 60),
                Delivered,
                Skipped,
                Retried,
                Parked,
                Durations.Percentile(0.50),
                Durations.Percentile(0.99)
            );
    }
}

/// <param name="At">When the minute, or the hour, begins.</param>
/// <param name="Retried">Whose call failed and is made again later; not those that only waited.</param>
/// <param name="P50">How long half of the calls took at most, 5 % more or less; null: none was made.</param>
/// <param name="P99">The same of 99 in a hundred.</param>
public sealed record MinuteCounts(
    DateTimeOffset At,
    int Delivered,
    int Skipped,
    int Retried,
    int Parked,
    TimeSpan? P50,
    TimeSpan? P99
);
