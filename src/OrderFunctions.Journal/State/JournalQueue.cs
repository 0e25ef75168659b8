namespace OrderFunctions.Journaling.State;

/// <summary>The order in which a queue's messages are received. Every member is called under the journal's gate.</summary>
internal sealed class JournalQueue(string name)
{
    // In the order in which they came and were due. What is due later, or was released, stands in the other, sorted.
    private readonly Queue<QueuedMessage> _ready = new();
    private readonly PriorityQueue<QueuedMessage, (DateTimeOffset Due, long Id)> _sorted = new();

    // All locks last equally long, so they run out in the order in which they were taken.
    private readonly Queue<(QueuedMessage Message, long Lock)> _locks = new();
    private readonly LinkedList<TaskCompletionSource> _waiters = new();
    private DateTimeOffset _lastReady;
    private long _lastLock;

    public string Name => name;

    /// <summary>How many messages are locked by a receiver.</summary>
    public int Locked { get; private set; }

    /// <summary>How many messages are on it: due, locked and due later.</summary>
    public int Waiting { get; private set; }

    /// <summary>
    /// Since when the oldest of them waits; null: there is none. Looks at each of them: a person asks now and then, and every
    /// message would have to pay for an order of its own.
    /// </summary>
    public DateTimeOffset? OldestSince()
    {
        DateTimeOffset? oldest = null;
        var locked = _locks.Where(each => each.Message.Lock == each.Lock).Select(each => each.Message);
        foreach (var message in _ready.Concat(_sorted.UnorderedItems.Select(item => item.Element)).Concat(locked))
        {
            if (!message.IsRemoved && !(message.Since >= oldest))
            {
                oldest = message.Since;
            }
        }

        return oldest;
    }

    /// <summary>A message is on the queue from now on, or is not any more.</summary>
    public void Count(bool isThere) => Waiting += isThere ? 1 : -1;

    /// <summary>What was put off and is due after that time, in the order in which it came.</summary>
    public IReadOnlyList<QueuedMessage> PutOffBeyond(DateTimeOffset due) =>
        [
            .. _sorted
                .UnorderedItems.Select(item => item.Element)
                .Where(message => message is { IsPutOff: true, IsRemoved: false, Lock: 0 } && message.Due > due)
                .OrderBy(message => message.Id),
        ];

    public void Add(QueuedMessage message, DateTimeOffset now)
    {
        if (message.Due <= now && message.Due >= _lastReady)
        {
            _lastReady = message.Due;
            _ready.Enqueue(message);
        }
        else
        {
            _sorted.Enqueue(message, (message.Due, message.Id));
        }

        Wake();
    }

    /// <summary>Whether a message is due and not locked.</summary>
    public bool IsReady(DateTimeOffset now) => Next(now) is not null;

    /// <summary>What is received next; null: nothing is due.</summary>
    public QueuedMessage? Next(DateTimeOffset now)
    {
        while (_ready.TryPeek(out var removed) && removed.IsRemoved)
        {
            _ready.Dequeue();
        }

        while (_sorted.TryPeek(out var removed, out _) && removed.IsRemoved)
        {
            _sorted.Dequeue();
        }

        _ready.TryPeek(out var ready);
        if (!_sorted.TryPeek(out var other, out var first) || first.Due > now)
        {
            return ready;
        }

        return ready is null || first.CompareTo((ready.Due, ready.Id)) < 0 ? other : ready;
    }

    /// <summary>Locks the message that is next.</summary>
    /// <returns>The number that its receiver knows the lock by.</returns>
    public long Lock(QueuedMessage next, DateTimeOffset now, TimeSpan duration)
    {
        _ = IsFirst(_ready, next) ? _ready.Dequeue() : _sorted.Dequeue();
        next.Lock = ++_lastLock;
        next.LockedUntil = now + duration;
        next.DeliveryCount++;
        Locked++;
        _locks.Enqueue((next, next.Lock));
        return next.Lock;
    }

    /// <exception cref="InvalidOperationException">The lock ran out, or the message is settled.</exception>
    public static void ThrowUnlessLocked(QueuedMessage message, long @lock, DateTimeOffset now)
    {
        if (message.Lock != @lock || message.LockedUntil <= now)
        {
            throw new InvalidOperationException("The message's lock has run out, or it is settled already.");
        }
    }

    public void Unlock(QueuedMessage message)
    {
        if (message.Lock != 0)
        {
            message.Lock = 0;
            Locked--;
        }
    }

    /// <summary>Lets a message that was received before be received again.</summary>
    public void Release(QueuedMessage message)
    {
        Unlock(message);
        _sorted.Enqueue(message, (message.Due, message.Id));
        Wake();
    }

    /// <summary>Lets the messages be received again whose locks ran out.</summary>
    public void ReleaseExpired(DateTimeOffset now)
    {
        while (_locks.TryPeek(out var oldest))
        {
            var (message, @lock) = oldest;
            if (message.Lock == @lock && message.LockedUntil > now)
            {
                return;
            }

            _locks.Dequeue();
            if (message.Lock == @lock)
            {
                Release(message);
            }
        }
    }

    /// <summary>Waits in line for something to receive: whoever is woken looks for it, and else waits anew.</summary>
    public LinkedListNode<TaskCompletionSource> Wait() =>
        _waiters.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Wakes the one who has waited longest: a message is for one receiver.</summary>
    public void Wake()
    {
        if (_waiters.First is { } first)
        {
            _waiters.RemoveFirst();
            first.Value.SetResult();
        }
    }

    /// <summary>Leaves the line without looking. Who was woken already wakes another.</summary>
    public void Leave(LinkedListNode<TaskCompletionSource> waiter)
    {
        if (waiter.List is null)
        {
            Wake();
        }
        else
        {
            _waiters.Remove(waiter);
        }
    }

    /// <summary>When there will be something to receive, if nothing changes; null: never.</summary>
    public DateTimeOffset? NextDue()
    {
        DateTimeOffset? due = _sorted.TryPeek(out _, out var first) ? first.Due : null;
        return _locks.TryPeek(out var oldest) && (due is null || oldest.Message.LockedUntil < due)
            ? oldest.Message.LockedUntil
            : due;
    }

    private static bool IsFirst(Queue<QueuedMessage> queue, QueuedMessage message) =>
        queue.TryPeek(out var first) && first == message;
}
