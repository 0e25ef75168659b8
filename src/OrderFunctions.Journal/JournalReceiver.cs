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
            var locked = await LockNextAsync(queue, cancellationToken);
            var received = await messages.ReadAsync(locked.Message);
            if (received is { DeliveryCount: <= Entities.MostDeliveries })
            {
                return new MessageLock(this, locked, received);
            }

            if (received is not null)
            {
                var tooOften = DeliveredTooOften(received.Message);
                await DeadLetterAsync(locked, received, tooOften, CancellationToken.None);
            }
        }
    }

    private async Task<Locked> LockNextAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            Locked? locked = null;
            var flushed = Task.CompletedTask;
            JournalQueue queue;
            LinkedListNode<TaskCompletionSource>? waiter = null;
            lock (log.Gate)
            {
                log.ThrowIfUnavailable();
                var now = timeProvider.GetUtcNow();
                queue = messages.Queue(name);
                log.Apply(() => queue.ReleaseExpired(now));
                if (queue.Next(now) is { } message)
                {
                    // Whatever its receiver puts on record stands behind this in the log. So the disk is waited for only
                    // where its last write failed: it would be handed out in vain.
                    var isFailing = log.IsFailing;
                    var (written, @lock) = messages.Lock(message, now);
                    locked = new Locked(message, @lock, log.Rollbacks);
                    flushed = isFailing ? written : flushed;
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

            if (locked is not null)
            {
                // Not on the caller's token: the message is locked, so it has to be handed out.
                await flushed;
                return locked;
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

    private Task CompleteAsync(Locked locked, CancellationToken cancellationToken) =>
        SettleAsync(locked, () => messages.Remove(locked.Message), cancellationToken);

    private Task AbandonAsync(Locked locked, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (log.Gate)
        {
            ThrowUnlessLocked(locked);
            Release(locked.Message);
        }

        return Task.CompletedTask;
    }

    // Dead letters are forwarded to the retry queue; the retry queue's own are what is parked.
    private Task DeadLetterAsync(
        Locked locked,
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
            locked,
            () => messages.Replace(locked.Message, queue, received.Message.Provider, content),
            cancellationToken
        );
    }

    private async Task SettleAsync(Locked locked, Func<Task> settle, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task flushed;
        lock (log.Gate)
        {
            ThrowIfRolledBack(locked);
            ThrowUnlessLocked(locked);
            try
            {
                flushed = settle();
            }
            catch
            {
                // Anybody's again, now and not only when the lock runs out.
                Release(locked.Message);
                throw;
            }
        }

        await flushed;
    }

    private void Release(QueuedMessage message) => log.Apply(() => message.Queue.Release(message));

    private void ThrowUnlessLocked(Locked locked) =>
        JournalQueue.ThrowUnlessLocked(locked.Message, locked.Lock, timeProvider.GetUtcNow());

    // What came of the message is not waited for, and may be among what was rolled back; so may its lock.
    private void ThrowIfRolledBack(Locked locked)
    {
        if (log.Rollbacks == locked.Rollbacks)
        {
            return;
        }

        if (locked.Message.Lock == locked.Lock)
        {
            Release(locked.Message);
        }

        throw new BusUnavailableException(
            "The disk failed since the message was received: it is delivered again, to see what is on record of it."
        );
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
        // A timer does not see that the clock is set forward, or that the machine slept.
        private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

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
            // A timer counts whole milliseconds; waking up early only means looking again.
            var wait = Math.Clamp((at - now).Ticks, TimeSpan.TicksPerMillisecond, LongestWait.Ticks);
            _timer.Change(TimeSpan.FromTicks(wait), Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _timer.Dispose();
    }

    /// <param name="Lock">The number that its receiver knows the lock by.</param>
    /// <param name="Rollbacks">How many there had been.</param>
    private sealed record Locked(QueuedMessage Message, long Lock, int Rollbacks);

    private sealed class MessageLock(JournalReceiver receiver, Locked locked, ReceivedMessage received) : IMessageLock
    {
        public ReceivedMessage Received => received;

        public Task CompleteAsync(CancellationToken cancellationToken) =>
            receiver.CompleteAsync(locked, cancellationToken);

        public Task AbandonAsync(CancellationToken cancellationToken) =>
            receiver.AbandonAsync(locked, cancellationToken);

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
        {
            deadLetter.ThrowIfTooLong();
            return receiver.DeadLetterAsync(locked, received, deadLetter, cancellationToken);
        }
    }
}
