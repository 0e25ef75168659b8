namespace OrderFunctions.Sandbox.Http;

/// <summary>At most so many entries in any sixty seconds. Refused entries do not count.</summary>
internal sealed class SlidingMinute(int limit, TimeProvider timeProvider)
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly Queue<DateTimeOffset> entries = new();

    /// <summary>Null when let in, otherwise the time until the next entry is free.</summary>
    public TimeSpan? Enter()
    {
        lock (gate)
        {
            var now = timeProvider.GetUtcNow();
            while (entries.TryPeek(out var oldest) && oldest + Length <= now)
            {
                entries.Dequeue();
            }

            if (entries.Count < limit)
            {
                entries.Enqueue(now);
                return null;
            }

            return entries.TryPeek(out var next) ? next + Length - now : Length;
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            entries.Clear();
        }
    }
}
