using OrderFunctions.Bus;

namespace OrderFunctions.TestKit.InMemory;

/// <summary>One queue of the in-memory bus; every member is called under the bus's lock.</summary>
internal sealed class InMemoryQueue
{
    private readonly PriorityQueue<Waiting, (DateTimeOffset Due, long Sequence)> _waiting = new();
    private readonly Dictionary<Guid, (Waiting Waiting, DateTimeOffset Until)> _locked = [];
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Completes when there may be something new to receive.</summary>
    public Task Changed => _changed.Task;

    public bool IsBusy(DateTimeOffset now) =>
        _locked.Count > 0 || (_waiting.TryPeek(out _, out var first) && first.Due <= now);

    /// <summary>When there will be something to receive, if nothing changes; null: never.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? due = _waiting.TryPeek(out _, out var first) ? first.Due : null;
            foreach (var (_, until) in _locked.Values)
            {
                due = due is null || until < due ? until : due;
            }

            return due;
        }
    }

    public void Add(Waiting waiting)
    {
        _waiting.Enqueue(waiting, (waiting.Due, waiting.Sequence));
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    /// <summary>The messages on it: due, locked and due later.</summary>
    public IEnumerable<Waiting> All =>
        _waiting.UnorderedItems.Select(item => item.Element).Concat(_locked.Values.Select(entry => entry.Waiting));

    /// <summary>Takes out what was put off and is due after that time, in the order in which it came.</summary>
    public IReadOnlyList<Waiting> TakePutOffBeyond(DateTimeOffset due)
    {
        var all = _waiting.UnorderedItems.Select(item => item.Element).ToList();
        var taken = all.Where(waiting => waiting.Message.Waits > 0 && waiting.Due > due)
            .OrderBy(waiting => waiting.Sequence)
            .ToList();
        _waiting.Clear();
        foreach (var rest in all.Except(taken))
        {
            _waiting.Enqueue(rest, (rest.Due, rest.Sequence));
        }

        return taken;
    }

    public bool TryLock(DateTimeOffset now, TimeSpan lockDuration, out Guid token, out Waiting waiting)
    {
        foreach (var (expired, entry) in _locked.Where(entry => entry.Value.Until <= now).ToList())
        {
            _locked.Remove(expired);
            _waiting.Enqueue(entry.Waiting, (entry.Waiting.Due, entry.Waiting.Sequence));
        }

        token = default;
        if (!_waiting.TryPeek(out waiting!, out var first) || first.Due > now)
        {
            return false;
        }

        waiting = _waiting.Dequeue() with { DeliveryCount = waiting.DeliveryCount + 1 };
        token = Guid.NewGuid();
        _locked.Add(token, (waiting, now + lockDuration));
        return true;
    }

    /// <exception cref="InvalidOperationException">The lock ran out or the message is settled.</exception>
    public Waiting Unlock(Guid token, DateTimeOffset now) =>
        _locked.TryGetValue(token, out var entry) && entry.Until > now && _locked.Remove(token)
            ? entry.Waiting
            : throw new InvalidOperationException("The message's lock has run out, or it is settled already.");

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal sealed record Waiting(
        BusMessage Message,
        DateTimeOffset Due,
        long Sequence,
        DateTimeOffset EnqueuedAt,
        int DeliveryCount = 0,
        string? Source = null,
        DeadLetter? DeadLetter = null
    );
}
