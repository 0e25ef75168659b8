namespace OrderFunctions.Diagnostics;

/// <summary>
/// The operator events that are still to be sent. Equal ones (type and provider) go out together: the first at once,
/// those that follow within a minute as one, with their number. So the queue holds at most one for each type and
/// provider, however many are raised and however long the receiver is down.
/// </summary>
public sealed class OperatorEventQueue(OperatorEventOptions options, TimeProvider timeProvider)
{
    /// <summary>For how long equal events are collected into one.</summary>
    public static readonly TimeSpan Together = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Type, string? Provider), DateTimeOffset> _takenAt = [];
    private readonly Dictionary<(string Type, string? Provider), PendingEvent> _pending = [];
    private TaskCompletionSource _added = NewSignal();

    /// <summary>Keeps an event to be sent; without OperatorEvents__Url nothing is.</summary>
    public void Add(OperatorEvent raised)
    {
        if (options.Url is null)
        {
            return;
        }

        lock (_gate)
        {
            var key = (raised.Type, raised.Provider);
            var now = timeProvider.GetUtcNow();
            _pending[key] = _pending.TryGetValue(key, out var pending)
                ? pending with
                {
                    Event = raised,
                    At = now,
                    Count = pending.Count + 1,
                }
                : new PendingEvent(raised, now, Count: 1, DueAt: DueAt(key, now));
            _added.TrySetResult();
        }
    }

    /// <summary>Waits for the next event that is due, and takes it.</summary>
    public async Task<PendingEvent> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task added;
            TimeSpan? wait;
            lock (_gate)
            {
                var now = timeProvider.GetUtcNow();
                var next = _pending.Values.MinBy(pending => pending.DueAt);
                if (next is not null && next.DueAt <= now)
                {
                    var key = (next.Event.Type, next.Event.Provider);
                    _pending.Remove(key);
                    _takenAt[key] = now;
                    return next;
                }

                _added = _added.Task.IsCompleted ? NewSignal() : _added;
                (added, wait) = (_added.Task, next?.DueAt - now);
            }

            await WaitAsync(added, wait, cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DateTimeOffset DueAt((string Type, string? Provider) key, DateTimeOffset now) =>
        _takenAt.TryGetValue(key, out var taken) && taken + Together > now ? taken + Together : now;

    private async Task WaitAsync(Task added, TimeSpan? wait, CancellationToken cancellationToken)
    {
        // A timer counts whole milliseconds; less would be no wait at all.
        var time = wait + TimeSpan.FromMilliseconds(1) ?? Timeout.InfiniteTimeSpan;
        // That the time is over is no error.
        await added
            .WaitAsync(time, timeProvider, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}

/// <summary>Equal events that are sent as one.</summary>
/// <param name="Event">The last of them.</param>
/// <param name="At">When the last of them was raised.</param>
public sealed record PendingEvent(OperatorEvent Event, DateTimeOffset At, int Count, DateTimeOffset DueAt);
