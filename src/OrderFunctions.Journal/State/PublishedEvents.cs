namespace OrderFunctions.Journaling.State;

/// <summary>The events of the duplicate window, each by 16 bytes of its id's hash.</summary>
internal sealed class PublishedEvents(TimeSpan window)
{
    /// <summary>What one costs on disk once compaction has kept nothing else of it.</summary>
    public const int Bytes = 24;

    private const int LeastToPrune = 65_536;

    // When, in ticks of UTC.
    private readonly KeyTable<long> _events = new();
    private int _pruneAt = LeastToPrune;

    public int Count => _events.Count;

    public bool Contains(UInt128 key, DateTimeOffset now) =>
        _events.Find(key) is > 0 and var at && At(at) + window > now;

    /// <summary>Whether it is this publication that is remembered, and still has to be.</summary>
    public bool Needs(UInt128 key, DateTimeOffset at, DateTimeOffset now) =>
        _events.Find(key) == at.UtcTicks && at + window > now;

    /// <summary>Compaction copies old publications behind newer ones of the same event: the newest counts.</summary>
    public void Add(UInt128 key, DateTimeOffset at)
    {
        if (_events.Find(key) >= at.UtcTicks)
        {
            return;
        }

        _events.Set(key, at.UtcTicks);
        if (_events.Count >= _pruneAt)
        {
            foreach (var (old, _) in _events.All().Where(published => At(published.Value) + window <= at).ToList())
            {
                _events.Set(old, 0);
            }

            _pruneAt = Math.Max(LeastToPrune, 2 * _events.Count);
        }
    }

    public void Remove(UInt128 key) => _events.Set(key, 0);

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}
