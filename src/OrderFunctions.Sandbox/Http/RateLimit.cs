namespace OrderFunctions.Sandbox.Http;

/// <summary>At most so many requests in any sixty seconds (a sliding window). Refused requests do not count.</summary>
internal sealed class RateLimit(int limit, TimeProvider timeProvider)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _accepted = new();

    /// <summary>Null where the request is accepted, else how long to wait until the next one is.</summary>
    public TimeSpan? Accept()
    {
        lock (_gate)
        {
            var now = timeProvider.GetUtcNow();
            while (_accepted.TryPeek(out var oldest) && oldest + Window <= now)
            {
                _accepted.Dequeue();
            }

            if (_accepted.Count < limit)
            {
                _accepted.Enqueue(now);
                return null;
            }

            return _accepted.TryPeek(out var next) ? next + Window - now : Window;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _accepted.Clear();
        }
    }
}
