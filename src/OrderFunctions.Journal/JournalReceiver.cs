using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Journaling.State;

namespace OrderFunctions.Journaling;

/// <summary>Hands out the messages of the journal's queues, each locked by its receiver until that one settles it.</summary>
internal sealed class JournalReceiver(JournalLog log, MessageStore messages, TimeProvider timeProvider)
    : IMessageReceiver,
        IDisposable
{
    private readonly Dictionary<string, Alarm> _alarms = [];

    public async Task<IMessageLock> ReceiveAsync(string queue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            var (message, @lock) = await LockNextAsync(queue, cancellationToken);
            var received = await messages.ReadAsync(message);
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

    private async Task<(QueuedMessage Message, long Lock)> LockNextAsync(
        string name,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            QueuedMessage? message;
            long @lock = 0;
            var flushed = Task.CompletedTask;
            JournalQueue queue;
            LinkedListNode<TaskCompletionSource>? waiter = null;
            lock (log.Gate)
            {
                log.ThrowIfUnavailable();
                var now = timeProvider.GetUtcNow();
                queue = messages.Queue(name);
                log.Apply(() => queue.ReleaseExpired(now));
                message = queue.Next(now);
                if (message is not null)
                {
                    // Whatever its receiver puts on record stands behind this in the log. So the disk is waited for only
                    // where its last write failed: it would be handed out in vain.
                    var isFailing = log.IsFailing;
                    (var locked, @lock) = messages.Lock(message, now);
                    flushed = isFailing ? locked : flushed;
                    // Of those that became due at once, the alarm has woken one receiver only.
                    if (queue.Next(now) is not null)
                    {
                        queue.Wake();
                    }
                }
                else
                {
                    waiter = queue.Wait();
                }

                if (queue.NextDue() is { } due)
                {
                    AlarmOf(queue).SetNoLaterThan(due, now);
                }
            }

            if (message is not null)
            {
                // Not on the caller's token: the message is locked, so it has to be handed out.
                await flushed;
                return (message, @lock);
            }

            await WaitAsync(queue, waiter!, cancellationToken);
        }
    }

    private async Task WaitAsync(
        JournalQueue queue,
        LinkedListNode<TaskCompletionSource> waiter,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await waiter.Value.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (log.Gate)
            {
                queue.Leave(waiter);
            }

            throw;
        }
    }

    private Alarm AlarmOf(JournalQueue queue)
    {
        if (!_alarms.TryGetValue(queue.Name, out var alarm))
        {
            _alarms.Add(queue.Name, alarm = new Alarm(timeProvider, log.Gate, queue));
        }

        return alarm;
    }

    public void Dispose()
    {
        lock (log.Gate)
        {
            foreach (var alarm in _alarms.Values)
            {
                alarm.Dispose();
            }
        }
    }

    private Task CompleteAsync(QueuedMessage message, long @lock, CancellationToken cancellationToken) =>
        SettleAsync(message, @lock, () => messages.Remove(message), cancellationToken);

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
        var queue = isParked ? JournalState.Parked : Entities.Retry;
        var content = MessageRecord.Encode(received.Message, source, deadLetter);
        return SettleAsync(
            message,
            @lock,
            () => messages.Replace(message, queue, received.Message.Provider, content),
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

        await flushed;
    }

    private static DeadLetter DeliveredTooOften(BusMessage message) =>
        new(
            DeadLetterReasons.MaxDeliveryCountExceeded,
            $"The message was delivered {Entities.MostDeliveries} times without being settled.",
            null,
            message.Retries,
            message.Attempts
        );

    /// <summary>Wakes a receiver of a queue when a message comes to be due, or a lock runs out.</summary>
    private sealed class Alarm : IDisposable
    {
        private readonly ITimer _timer;
        private DateTimeOffset _at = DateTimeOffset.MaxValue;

        public Alarm(TimeProvider timeProvider, Lock gate, JournalQueue queue) =>
            _timer = timeProvider.CreateTimer(
                _ =>
                {
                    lock (gate)
                    {
                        _at = DateTimeOffset.MaxValue;
                        queue.Wake();
                    }
                },
                null,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );

        public void SetNoLaterThan(DateTimeOffset at, DateTimeOffset now)
        {
            if (at >= _at)
            {
                return;
            }

            _at = at;
            // A timer counts whole milliseconds, and no more than some weeks; waking up early only means looking again.
            var wait = Math.Clamp((at - now).Ticks, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerDay);
            _timer.Change(TimeSpan.FromTicks(wait), Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _timer.Dispose();
    }

    private sealed class MessageLock(
        JournalReceiver receiver,
        QueuedMessage message,
        long @lock,
        ReceivedMessage received
    ) : IMessageLock
    {
        public ReceivedMessage Received => received;

        public Task CompleteAsync(CancellationToken cancellationToken) =>
            receiver.CompleteAsync(message, @lock, cancellationToken);

        public Task AbandonAsync(CancellationToken cancellationToken) =>
            receiver.AbandonAsync(message, @lock, cancellationToken);

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
        {
            deadLetter.ThrowIfTooLong();
            return receiver.DeadLetterAsync(message, @lock, received, deadLetter, cancellationToken);
        }
    }
}
