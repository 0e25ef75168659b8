using OrderFunctions.Bus;

namespace OrderFunctions.TestKit.InMemory;

/// <summary>A bus that forgets everything with its process: for tests that need no disk.</summary>
public sealed class InMemoryBus(TimeProvider timeProvider) : IBus, IMessageReceiver
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, InMemoryQueue> _queues = [];
    private readonly SortedDictionary<long, (ReceivedMessage Received, ParkedDelivery Delivery)> _parked = [];
    private readonly Dictionary<string, DateTimeOffset> _published = [];
    private readonly Queue<(string Id, DateTimeOffset At)> _publishedInOrder = new();
    private long _sequence;

    public Task PublishAsync(IReadOnlyList<BusMessage> messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = Now;
        lock (_gate)
        {
            ForgetOldIds(now);
            foreach (var message in messages)
            {
                RefuseWrongId(message);
                if (!_published.TryAdd(message.Id, now))
                {
                    continue;
                }

                _publishedInOrder.Enqueue((message.Id, now));
                foreach (var provider in message.Providers)
                {
                    Add(Entities.QueueOf(provider), message with { Provider = provider }, now);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task ScheduleAsync(string queue, BusMessage message, DateTimeOffset due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RefuseWrongId(message);
        lock (_gate)
        {
            Add(queue, message, due);
        }

        return Task.CompletedTask;
    }

    public Task<int> BringForwardAsync(string queue, DateTimeOffset due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var taken = Queue(queue).TakePutOffBeyond(due);
            foreach (var waiting in taken)
            {
                Add(queue, waiting.Message, due);
            }

            return Task.FromResult(taken.Count);
        }
    }

    public Task<IReadOnlyDictionary<string, ProviderBacklog>> CountAsync(
        IReadOnlyList<string> providers,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyDictionary<string, ProviderBacklog>>(
                providers.ToDictionary(provider => provider, BacklogOf, StringComparer.Ordinal)
            );
        }
    }

    public async Task<IMessageLock> ReceiveAsync(string queue, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed;
            DateTimeOffset? due;
            lock (_gate)
            {
                if (TryReceive(queue) is { } received)
                {
                    return received;
                }

                var messages = Queue(queue);
                (changed, due) = (messages.Changed, messages.NextDue);
            }

            await timeProvider.ForChangeAsync(changed, due, cancellationToken);
        }
    }

    /// <summary>Locks the next message of a queue that is due now; null: there is none.</summary>
    public IMessageLock? TryReceive(string queue)
    {
        lock (_gate)
        {
            var messages = Queue(queue);
            while (messages.TryLock(Now, Entities.LockDuration, out var token, out var waiting))
            {
                if (waiting.DeliveryCount <= Entities.MostDeliveries)
                {
                    return new MessageLock(this, token, Received(queue, waiting));
                }

                messages.Unlock(token, timeProvider.GetUtcNow());
                Bury(queue, waiting, BrokersDeadLetter(waiting));
            }

            return null;
        }
    }

    /// <summary>When a message will be due or its lock run out, if nothing changes; null: never.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _queues.Values.Min(queue => queue.NextDue);
            }
        }
    }

    public Task<ParkedPage> ListParkedAsync(
        ParkedFilter filter,
        int limit,
        long? after,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var matching = _parked
                .Where(entry => entry.Key > (after ?? 0) && filter.Matches(entry.Value.Delivery))
                .Take(limit + 1)
                .ToList();
            var page = matching.Take(limit).ToList();
            long? next = matching.Count > limit ? page[^1].Key : null;
            return Task.FromResult(new ParkedPage([.. page.Select(entry => entry.Value.Delivery)], next));
        }
    }

    public Task<long> LastParkedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return Task.FromResult(_parked.Keys.LastOrDefault());
        }
    }

    public async Task<long?> TakeParkedAsync(
        ParkedTake take,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    )
    {
        var started = timeProvider.GetTimestamp();
        var taken = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReceivedMessage received;
            long place;
            lock (_gate)
            {
                var next = _parked.FirstOrDefault(entry => take.Matches(entry.Value.Delivery));
                if (next.Key == 0)
                {
                    return null;
                }

                (place, received) = (next.Key, next.Value.Received);
            }

            if (taken++ == take.Most || timeProvider.GetElapsedTime(started) >= take.AtMost)
            {
                return place - 1;
            }

            var handled = await handle(received, cancellationToken);
            lock (_gate)
            {
                if (!_parked.Remove(place))
                {
                    continue;
                }

                if (handled.GoesBack is { } goesBack)
                {
                    Add(received.Source ?? Entities.Retry, goesBack, Now);
                }
            }

            handled.OnTaken();
        }
    }

    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The queues on which a message is due or locked now: the system is idle where there is none.</summary>
    public IReadOnlyList<string> BusyQueues
    {
        get
        {
            lock (_gate)
            {
                var now = Now;
                return [.. _queues.Where(queue => queue.Value.IsBusy(now)).Select(queue => queue.Key)];
            }
        }
    }

    // As Service Bus does.
    private static void RefuseWrongId(BusMessage message)
    {
        if (message.Id.Length is 0 or > 128)
        {
            throw new ArgumentException("A message id has 1 to 128 characters.", nameof(message));
        }
    }

    private void ForgetOldIds(DateTimeOffset now)
    {
        while (_publishedInOrder.TryPeek(out var oldest) && oldest.At + Entities.DuplicateWindow <= now)
        {
            _published.Remove(_publishedInOrder.Dequeue().Id);
        }
    }

    private InMemoryQueue Queue(string name)
    {
        if (!_queues.TryGetValue(name, out var queue))
        {
            _queues.Add(name, queue = new InMemoryQueue());
        }

        return queue;
    }

    private void Add(string queue, BusMessage message, DateTimeOffset due) =>
        Queue(queue).Add(new InMemoryQueue.Waiting(message, due, ++_sequence, Now));

    private ProviderBacklog BacklogOf(string provider)
    {
        var waiting = Queue(Entities.QueueOf(provider)).All.ToList();
        return new ProviderBacklog(
            waiting.Count,
            waiting.Min(each => each.Message.AcceptedAt ?? (DateTimeOffset?)each.EnqueuedAt),
            _parked.Values.Count(parked => parked.Delivery.Provider == provider)
        );
    }

    private DateTimeOffset Now => timeProvider.GetUtcNow();

    private static ReceivedMessage Received(string queue, InMemoryQueue.Waiting waiting) =>
        new(waiting.Message, queue, waiting.DeliveryCount, waiting.Source, waiting.DeadLetter);

    private static DeadLetter BrokersDeadLetter(InMemoryQueue.Waiting waiting) =>
        new(
            DeadLetterReasons.MaxDeliveryCountExceeded,
            $"The message was delivered {Entities.MostDeliveries} times without being settled.",
            null,
            waiting.Message.Retries,
            waiting.Message.Attempts
        );

    // Dead letters are forwarded to the retry queue; the retry queue's own are what is parked.
    private void Bury(string queue, InMemoryQueue.Waiting waiting, DeadLetter deadLetter)
    {
        var now = timeProvider.GetUtcNow();
        waiting = waiting with
        {
            Message = waiting.Message with { LastTurn = deadLetter.LastTurn ?? waiting.Message.LastTurn },
        };
        if (queue != Entities.Retry)
        {
            Queue(Entities.Retry)
                .Add(
                    new InMemoryQueue.Waiting(
                        waiting.Message,
                        now,
                        ++_sequence,
                        now,
                        Source: queue,
                        DeadLetter: deadLetter
                    )
                );
            return;
        }

        var sequence = ++_sequence;
        // It keeps the properties that the dead letter set.
        var received = Received(queue, waiting with { DeadLetter = deadLetter });
        var parked = ParkedDelivery.Of(sequence, received, deadLetter.Reason, deadLetter.Description, now);
        _parked.Add(sequence, (received, parked));
    }

    private sealed class MessageLock(InMemoryBus bus, Guid token, ReceivedMessage received) : IMessageLock
    {
        public ReceivedMessage Received => received;

        public Task CompleteAsync(CancellationToken cancellationToken) => Settle((_, _) => { }, cancellationToken);

        public Task AbandonAsync(CancellationToken cancellationToken) =>
            Settle((queue, waiting) => queue.Add(waiting), cancellationToken);

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
        {
            deadLetter.ThrowIfTooLong();
            return Settle((_, waiting) => bus.Bury(received.Queue, waiting, deadLetter), cancellationToken);
        }

        private Task Settle(Action<InMemoryQueue, InMemoryQueue.Waiting> then, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (bus._gate)
            {
                var queue = bus.Queue(received.Queue);
                then(queue, queue.Unlock(token, bus.Now));
            }

            return Task.CompletedTask;
        }
    }
}
