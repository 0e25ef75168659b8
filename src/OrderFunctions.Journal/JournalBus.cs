using System.Globalization;
using System.Runtime.CompilerServices;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling;

/// <summary>The topic and the queues, kept in the journal. What a method has returned from survives a crash.</summary>
internal sealed class JournalBus(JournalLog log, JournalState state, TimeProvider timeProvider) : IBus, IMessageReceiver
{
    private const int ParkedChunk = 256;

    public async Task PublishAsync(IReadOnlyList<BusMessage> messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var keyed = messages
            .Select(message => (Key: JournalState.KeyOf(message.Id), message, Content: MessageRecord.Encode(message)))
            .DistinctBy(message => message.Key)
            .ToList();
        Task flushed;
        lock (log.Gate)
        {
            log.ThrowIfUnavailable();
            var now = timeProvider.GetUtcNow();
            keyed.RemoveAll(message => state.Published.Contains(message.Key, now));

            // An event that is a duplicate of one just being flushed is on disk no sooner than that one.
            flushed =
                keyed.Count == 0
                    ? log.Flushed
                    : Put([.. keyed.Select(each => NewEvent(each.Key, each.message, each.Content, now))]);
        }

        await flushed.WaitAsync(cancellationToken);
    }

    public async Task ScheduleAsync(
        string queue,
        BusMessage message,
        DateTimeOffset due,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var content = MessageRecord.Encode(message);
        Task flushed;
        lock (log.Gate)
        {
            var placement = NewPlacement(queue, message.Provider, due);
            flushed = Put([new MessageRecord(timeProvider.GetUtcNow(), null, 0, [placement], content)]);
        }

        await flushed.WaitAsync(cancellationToken);
    }

    public async Task<IMessageLock> ReceiveAsync(string queue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            QueuedMessage? message;
            long @lock = 0;
            Task flushed;
            Task changed;
            DateTimeOffset? due = null;
            lock (log.Gate)
            {
                log.ThrowIfUnavailable();
                var now = timeProvider.GetUtcNow();
                var messages = state.Queue(queue);
                log.Apply(() => messages.FreeExpired(now));
                message = messages.Next(now);
                changed = messages.Changed;
                if (message is null)
                {
                    due = messages.NextDue();
                    flushed = Task.CompletedTask;
                }
                else
                {
                    (flushed, @lock) = Lock(message, now);
                }
            }

            if (message is null)
            {
                await WaitAsync(changed, due, cancellationToken);
                continue;
            }

            // Not on the caller's token: the message is locked, so it has to be handed out.
            await flushed;
            var received = await ReadAsync(message);
            if (received is { DeliveryCount: <= Entities.MostDeliveries })
            {
                return new MessageLock(this, message, @lock, received);
            }

            if (received is not null)
            {
                var tooOften = DeliveredTooOften(received.Message);
                await DeadLetterAsync(message, @lock, received, tooOften, CancellationToken.None);
            }
        }
    }

    public async Task<ParkedPage> ListParkedAsync(
        ParkedFilter filter,
        int limit,
        long? after,
        CancellationToken cancellationToken
    )
    {
        var found = new List<ParkedDelivery>();
        long? next = null;
        await foreach (var (message, _, parked) in ParkedAsync(filter, after ?? 0, cancellationToken))
        {
            if (found.Count == limit)
            {
                return new ParkedPage(found, next);
            }

            found.Add(parked);
            next = message.Id;
        }

        return new ParkedPage(found, null);
    }

    public async Task<int> ReplayAsync(ParkedFilter filter, int most, CancellationToken cancellationToken)
    {
        var replayed = 0;
        var flushes = new HashSet<Task>();
        if (most <= 0)
        {
            return 0;
        }

        await foreach (var (message, received, _) in ParkedAsync(filter, 0, cancellationToken))
        {
            var again = received.Message.Replay();
            var content = MessageRecord.Encode(again);
            lock (log.Gate)
            {
                if (message.IsGone)
                {
                    continue;
                }

                var now = timeProvider.GetUtcNow();
                var placement = NewPlacement(received.Source ?? Entities.Retry, again.Provider, now);
                flushes.Add(Replace(message, new MessageRecord(now, null, message.Id, [placement], content)));
            }

            if (++replayed == most)
            {
                break;
            }

            if (replayed % ParkedChunk == 0)
            {
                await Task.WhenAll(flushes);
                flushes.Clear();
            }
        }

        await Task.WhenAll(flushes);
        return replayed;
    }

    public Task CheckAsync(CancellationToken cancellationToken) => log.CheckAsync().WaitAsync(cancellationToken);

    private Placement NewPlacement(string queue, string? provider, DateTimeOffset due) =>
        new(state.NextId(), queue, provider, due, DeliveryCount: 0);

    private MessageRecord NewEvent(UInt128 key, BusMessage message, ReadOnlyMemory<byte> content, DateTimeOffset now) =>
        new(
            now,
            key,
            0,
            [.. message.Providers.Select(provider => NewPlacement(Entities.QueueOf(provider), provider, now))],
            content
        );

    // Under the gate, as is all below that gives back a flush.
    private Task Put(IReadOnlyList<MessageRecord> records, QueuedMessage? replaced = null) =>
        log.Append(
            records,
            locations =>
            {
                foreach (var (record, location) in records.Zip(locations))
                {
                    foreach (var message in state.Put(record, location))
                    {
                        state.Enqueue(message, record.At);
                    }
                }
            },
            () =>
            {
                foreach (var record in records)
                {
                    state.TakeBack(record);
                }

                if (replaced is not null)
                {
                    state.Restore(replaced);
                }
            }
        );

    private Task Replace(QueuedMessage message, MessageRecord record) => Put([record], message);

    private (Task Flushed, long Lock) Lock(QueuedMessage message, DateTimeOffset now)
    {
        long @lock = 0;
        var flushed = log.Append(
            new ReceivedRecord(message.Id, message.DeliveryCount + 1),
            _ => @lock = message.Queue.Lock(message, now, Entities.LockDuration),
            () =>
            {
                message.DeliveryCount--;
                if (message.Lock == @lock)
                {
                    message.Queue.Release(message);
                }
            }
        );
        return (flushed, @lock);
    }

    private async Task<ReceivedMessage?> ReadAsync(QueuedMessage message)
    {
        var data = await log.ReadAsync(() => message.IsGone ? null : message.Location);
        return data is null
            ? null
            : MessageRecord.Read(data.Value).Decode(message.Id) with
            {
                DeliveryCount = message.DeliveryCount,
            };
    }

    private async IAsyncEnumerable<(
        QueuedMessage Message,
        ReceivedMessage Received,
        ParkedDelivery Parked
    )> ParkedAsync(ParkedFilter filter, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What is parked meanwhile is not meant: a replay that fails at once would be replayed again and again.
        long last;
        lock (log.Gate)
        {
            last = state.LastId;
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<QueuedMessage> chunk;
            lock (log.Gate)
            {
                chunk = state.ParkedBetween(after + 1, last, ParkedChunk);
            }

            foreach (var message in chunk)
            {
                after = message.Id;
                if (await ReadAsync(message) is { } received && Parked(message, received) is var parked)
                {
                    if (filter.Matches(parked))
                    {
                        yield return (message, received, parked);
                    }
                }
            }

            if (chunk.Count < ParkedChunk)
            {
                yield break;
            }
        }
    }

    private static ParkedDelivery Parked(QueuedMessage message, ReceivedMessage received) =>
        new(
            message.Id.ToString(CultureInfo.InvariantCulture),
            received.Message.Provider,
            received.Message.OrderId,
            received.Message.EventId,
            received.DeadLetter!.Reason,
            received.DeadLetter.Description,
            received.DeadLetter.Attempts,
            message.Due
        );

    private static DeadLetter DeliveredTooOften(BusMessage message) =>
        new(
            DeadLetterReasons.MaxDeliveryCountExceeded,
            $"The message was delivered {Entities.MostDeliveries} times without being settled.",
            null,
            message.Retries,
            message.Attempts
        );

    private async Task WaitAsync(Task changed, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        if (due is null)
        {
            await changed.WaitAsync(cancellationToken);
            return;
        }

        // A timer counts whole milliseconds, and no more than some weeks; waking up early only means looking again.
        var wait = due.Value - timeProvider.GetUtcNow();
        wait = TimeSpan.FromTicks(Math.Clamp(wait.Ticks, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerDay));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(wait, timeProvider, stop.Token));
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private Task CompleteAsync(QueuedMessage message, long @lock, CancellationToken cancellationToken) =>
        SettleAsync(
            message,
            @lock,
            () =>
                log.Append(new SettledRecord(message.Id), _ => state.Remove(message.Id), () => state.Restore(message)),
            cancellationToken
        );

    private Task AbandonAsync(QueuedMessage message, long @lock, CancellationToken cancellationToken) =>
        SettleAsync(
            message,
            @lock,
            () =>
            {
                log.Apply(() => message.Queue.Release(message));
                return Task.CompletedTask;
            },
            cancellationToken
        );

    // Dead letters are forwarded to the retry queue; the retry queue's own are what is parked.
    private Task DeadLetterAsync(
        QueuedMessage message,
        long @lock,
        ReceivedMessage received,
        DeadLetter deadLetter,
        CancellationToken cancellationToken
    )
    {
        var isParked = received.Queue == Entities.Retry;
        var source = isParked ? received.Source ?? Entities.Retry : received.Queue;
        var content = MessageRecord.Encode(received.Message, source, deadLetter);
        return SettleAsync(
            message,
            @lock,
            () =>
            {
                var now = timeProvider.GetUtcNow();
                var queue = isParked ? JournalState.Parked : Entities.Retry;
                var placement = NewPlacement(queue, received.Message.Provider, now);
                return Replace(message, new MessageRecord(now, null, message.Id, [placement], content));
            },
            cancellationToken
        );
    }

    private async Task SettleAsync(
        QueuedMessage message,
        long @lock,
        Func<Task> settle,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task flushed;
        lock (log.Gate)
        {
            JournalQueue.ThrowUnlessLocked(message, @lock, timeProvider.GetUtcNow());
            try
            {
                flushed = settle();
            }
            catch
            {
                // Anybody's again, now and not only when the lock runs out.
                log.Apply(() => message.Queue.Release(message));
                throw;
            }
        }

        await flushed.WaitAsync(cancellationToken);
    }

    private sealed class MessageLock(JournalBus bus, QueuedMessage message, long @lock, ReceivedMessage received)
        : IMessageLock
    {
        public ReceivedMessage Received => received;

        public Task CompleteAsync(CancellationToken cancellationToken) =>
            bus.CompleteAsync(message, @lock, cancellationToken);

        public Task AbandonAsync(CancellationToken cancellationToken) =>
            bus.AbandonAsync(message, @lock, cancellationToken);

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
        {
            deadLetter.ThrowIfTooLong();
            return bus.DeadLetterAsync(message, @lock, received, deadLetter, cancellationToken);
        }
    }
}
