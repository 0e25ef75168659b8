namespace OrderFunctions.Sandbox.Http;

/// <summary>At most so many entries in any sixty seconds. Refused entries do not count.</summary>
internal sealed class SlidingMinute(int limit, TimeProvider timeProvider)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _entries = new();

    /// <summary>Null when let in, otherwise the time until the next entry is free.</summary>
    public TimeSpan? Enter()
    {
        lock (_gate)
        {
            var now = timeProvider.GetUtcNow();
            while (_entries.TryPeek(out var oldest) && oldest + Length <= now)
            {
                _entries.Dequeue();
            }

            if (_entries.Count < limit)
            {
                _entries.Enqueue(now);
                return null;
            }

            return _entries.TryPeek(out var next) ? next + Length - now : Length;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }
}
