using Azure.Messaging.ServiceBus;
using OrderFunctions.Bus;
using OrderFunctions.TestKit;
using OrderFunctions.Tests.Costs;

namespace OrderFunctions.Tests.Bus;

/// <summary>
/// As much of Service Bus as infra/ makes of it: the topic with duplicate detection, a queue for each provider behind
/// a subscription with a filter, locks, delivery counts, scheduled messages, and dead letters forwarded to
/// orders-retry, whose own stay with it. It hands out and takes the SDK's own types.
/// </summary>
internal sealed class FakeBroker(TimeProvider timeProvider)
{
    public const string Parked = $"{Entities.Retry}/$deadletterqueue";

    // The SDK's Constants.MaxDeadLetterReasonLength, for the reason and for the description.
    private const int MostCharacters = 4096;

    // The Standard tier's, properties included.
    private const int MostBytes = 256 * 1024;

    // A peek may give fewer than it was asked for, and more may follow.
    private const int MostPeeked = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Stored>> _queues = [];
    private readonly Dictionary<string, DateTimeOffset> _published = [];
    private long _sequence;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Thrown by every call that reaches it while it is set.</summary>
    public Exception? Trouble { get; set; }

    public Meter Meter { get; init; } = new();

    /// <summary>Thrown by calls that would cancel a scheduled message.</summary>
    public Exception? CancelTrouble { get; set; }

    /// <summary>What happens just before the next message is cancelled.</summary>
    public Action? BeforeCancel { get; set; }

    /// <summary>How often messages were peeked at.</summary>
    public int Peeks { get; private set; }

    /// <summary>How many messages fit in a batch.</summary>
    public int BatchSize { get; set; } = int.MaxValue;

    /// <summary>The entity that takes no messages.</summary>
    public string? Refuses { get; set; }

    /// <summary>What was done, in order: "open QUEUE", "close QUEUE", "send QUEUE ID", "complete QUEUE ID", ...</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The queues with a message that is due and free.</summary>
    public IReadOnlyList<string> Due
    {
        get
        {
            lock (_gate)
            {
                var now = Now;
                return
                [
                    .. _queues
                        .Where(queue => queue.Key != Parked && queue.Value.Any(stored => stored.IsFree(now)))
                        .Select(queue => queue.Key),
                ];
            }
        }
    }

    private DateTimeOffset Now => timeProvider.GetUtcNow();

    /// <summary>Opens a link to an entity.</summary>
    public void Open(string entity)
    {
        lock (_gate)
        {
            ThrowIfInTrouble();
            Calls.Add($"open {entity}");
        }
    }

    public void Send(string entity, ServiceBusMessage message)
    {
        lock (_gate)
        {
            ThrowIfInTrouble();
            if (entity == Refuses)
            {
                throw new ServiceBusException("The queue is full.", ServiceBusFailureReason.QuotaExceeded);
            }

            if (Size(message) > MostBytes)
            {
                throw new ServiceBusException("The message is too large.", ServiceBusFailureReason.MessageSizeExceeded);
            }

            Meter.Send(Size(message));
            Calls.Add($"send {entity} {message.MessageId}");
            if (entity != Entities.Topic)
            {
                Add(entity, new Stored(message));
                return;
            }

            foreach (var (id, _) in _published.Where(sent => sent.Value <= Now - Entities.DuplicateWindow).ToList())
            {
                _published.Remove(id);
            }

            if (_published.TryAdd(message.MessageId, Now))
            {
                // The subscriptions take everything.
                foreach (var provider in Samples.ProviderNames)
                {
                    Meter.Filter();
                    Meter.Forward();
                    Add(Entities.QueueOf(provider), new Stored(message));
                }
            }
        }
    }

    // About: AMQP adds some bytes for each value.
    private static int Size(ServiceBusMessage message) =>
        Size(message.Body, message.MessageId, message.ApplicationProperties);

    private static int Size(BinaryData body, string id, IEnumerable<KeyValuePair<string, object>> properties) =>
        body.ToMemory().Length
        + id.Length
        + properties.Sum(property => property.Key.Length + $"{property.Value}".Length);

    /// <summary>The next message that is due, locked; null: there is none.</summary>
    public ServiceBusReceivedMessage? TryReceive(string queue)
    {
        lock (_gate)
        {
            ThrowIfInTrouble();
            while (
                Queue(queue).Where(stored => stored.IsFree(Now)).MinBy(stored => (stored.Due, stored.Sequence))
                    is { } next
            )
            {
                if (queue != Parked && next.DeliveryCount == Entities.MostDeliveries)
                {
                    Bury(
                        queue,
                        next,
                        [],
                        "MaxDeliveryCountExceeded",
                        "Message could not be consumed after 10 delivery attempts."
                    );
                    continue;
                }

                Meter.Receive(next.Size);
                next.DeliveryCount++;
                next.LockedUntil = Now + Entities.LockDuration;
                next.LockToken = Guid.NewGuid();
                return next.Received();
            }

            Meter.Receive(bytes: 0);
            return null;
        }
    }

    public async Task<ServiceBusReceivedMessage> ReceiveAsync(string queue, CancellationToken cancellationToken)
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

                (changed, due) = (_changed.Task, Queue(queue).Min(stored => (DateTimeOffset?)stored.FreeAt));
            }

            await timeProvider.ForChangeAsync(changed, due, cancellationToken);
        }
    }

    public IReadOnlyList<ServiceBusReceivedMessage> Peek(string queue, int most, long from)
    {
        lock (_gate)
        {
            ThrowIfInTrouble();
            Peeks++;
            Meter.Peek();
            return
            [
                .. Queue(queue)
                    .Where(stored => stored.Sequence >= from)
                    .OrderBy(stored => stored.Sequence)
                    .Take(Math.Min(most, MostPeeked))
                    .Select(stored => stored.Received()),
            ];
        }
    }

    /// <summary>Removes a message that is not due yet; any other is not found.</summary>
    public void Cancel(string queue, long sequenceNumber)
    {
        BeforeCancel?.Invoke();
        lock (_gate)
        {
            ThrowIfInTrouble();
            if (CancelTrouble is { } trouble)
            {
                throw trouble;
            }

            if (Queue(queue).Find(stored => stored.IsScheduled && stored.Sequence == sequenceNumber) is not { } found)
            {
                throw new ServiceBusException("No such message.", ServiceBusFailureReason.MessageNotFound);
            }

            Meter.Cancel();
            Calls.Add($"cancel {queue} {found.Id}");
            Queue(queue).Remove(found);
        }
    }

    /// <summary>Makes a scheduled message due now.</summary>
    public void ComesDue(string queue, string eventId)
    {
        lock (_gate)
        {
            Queue(queue).First(stored => stored.IsScheduled && stored.Properties["eventId"].Equals(eventId)).Due = Now;
            Changed();
        }
    }

    public void Complete(string queue, ServiceBusReceivedMessage message)
    {
        lock (_gate)
        {
            Meter.Settle();
            Calls.Add($"complete {queue} {message.MessageId}");
            Queue(queue).Remove(Locked(queue, message));
        }
    }

    public void Abandon(string queue, ServiceBusReceivedMessage message)
    {
        lock (_gate)
        {
            Meter.Settle();
            Calls.Add($"abandon {queue} {message.MessageId}");
            Locked(queue, message).LockedUntil = default;
            Changed();
        }
    }

    /// <param name="source">Where it came from, as Service Bus writes it; null: the queue.</param>
    public void DeadLetter(
        string queue,
        ServiceBusReceivedMessage message,
        IEnumerable<KeyValuePair<string, object>> properties,
        string reason,
        string description,
        string? source = null
    )
    {
        // As the SDK's receiver does; it runs in the host, so a real worker gets it within an RpcException.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(reason.Length, MostCharacters, nameof(reason));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(description.Length, MostCharacters, nameof(description));
        lock (_gate)
        {
            Meter.Settle();
            Calls.Add($"dead-letter {queue} {message.MessageId} {reason}");
            Bury(queue, Locked(queue, message), properties, reason, description, source);
        }
    }

    private void Bury(
        string queue,
        Stored stored,
        IEnumerable<KeyValuePair<string, object>> properties,
        string reason,
        string description,
        string? source = null
    )
    {
        Queue(queue).Remove(stored);
        var isParked = queue == Entities.Retry;
        if (!isParked)
        {
            Meter.Forward();
        }

        var buried = new Stored(stored)
        {
            // Set only where a dead letter is forwarded.
            DeadLetterSource = isParked ? null : source ?? queue,
        };
        foreach (var (name, value) in properties)
        {
            buried.Properties[name] = value;
        }

        buried.Properties["DeadLetterReason"] = reason;
        buried.Properties["DeadLetterErrorDescription"] = description;
        Add(isParked ? Parked : Entities.Retry, buried);
    }

    private void Add(string queue, Stored stored)
    {
        stored.Sequence = ++_sequence;
        stored.EnqueuedAt = Now;
        stored.IsScheduled = stored.Due > Now;
        stored.Due = stored.Due < Now ? Now : stored.Due;
        Queue(queue).Add(stored);
        Changed();
    }

    private List<Stored> Queue(string name)
    {
        var queue = _queues.TryGetValue(name, out var found) ? found : _queues[name] = [];
        // What comes due is appended as if it had been sent then: with another sequence number.
        foreach (
            var due in queue
                .Where(stored => stored.IsScheduled && stored.Due <= Now)
                .OrderBy(stored => (stored.Due, stored.Sequence))
                .ToList()
        )
        {
            (due.IsScheduled, due.Sequence, due.EnqueuedAt) = (false, ++_sequence, due.Due);
        }

        return queue;
    }

    private Stored Locked(string queue, ServiceBusReceivedMessage message)
    {
        ThrowIfInTrouble();
        return Queue(queue).Find(stored => stored.LockToken.ToString() == message.LockToken && stored.LockedUntil > Now)
            ?? throw new ServiceBusException("The lock is lost.", ServiceBusFailureReason.MessageLockLost);
    }

    private void ThrowIfInTrouble()
    {
        if (Trouble is { } trouble)
        {
            throw trouble;
        }
    }

    private void Changed()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Stored
    {
        private readonly BinaryData _body;
        private readonly string _id;

        public Stored(ServiceBusMessage message)
        {
            (_body, _id, Due) = (message.Body, message.MessageId, message.ScheduledEnqueueTime);
            Properties = new Dictionary<string, object>(message.ApplicationProperties);
        }

        public Stored(Stored other)
        {
            (_body, _id) = (other._body, other._id);
            Properties = new Dictionary<string, object>(other.Properties);
        }

        public Dictionary<string, object> Properties { get; }

        public string? DeadLetterSource { get; init; }

        public DateTimeOffset Due { get; set; }

        public DateTimeOffset EnqueuedAt { get; set; }

        public DateTimeOffset LockedUntil { get; set; }

        public Guid LockToken { get; set; }

        public long Sequence { get; set; }

        public int DeliveryCount { get; set; }

        public bool IsScheduled { get; set; }

        public string Id => _id;

        public int Size => FakeBroker.Size(_body, _id, Properties);

        public DateTimeOffset FreeAt => Due > LockedUntil ? Due : LockedUntil;

        public bool IsFree(DateTimeOffset now) => FreeAt <= now;

        public ServiceBusReceivedMessage Received() =>
            ServiceBusModelFactory.ServiceBusReceivedMessage(
                body: _body,
                messageId: _id,
                properties: Properties,
                lockTokenGuid: LockToken,
                deliveryCount: DeliveryCount,
                lockedUntil: LockedUntil,
                sequenceNumber: Sequence,
                deadLetterSource: DeadLetterSource,
                enqueuedTime: EnqueuedAt,
                scheduledEnqueueTime: IsScheduled ? Due : default,
                serviceBusMessageState: IsScheduled ? ServiceBusMessageState.Scheduled : ServiceBusMessageState.Active
            );
    }
}
