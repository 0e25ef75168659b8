using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Journaling.State;

namespace OrderFunctions.Journaling;

/// <summary>
/// The changes of messages: each a record on disk and what it does in memory, with what undoes it if the disk fails.
/// A method that returns a flush is called under the gate; the flush is awaited outside.
/// </summary>
internal sealed class MessageStore(JournalLog log, JournalState state, TimeProvider timeProvider)
{
    /// <summary>The greatest id of a message. Under the gate.</summary>
    public long LastId => state.LastId;

    /// <summary>Under the gate.</summary>
    public JournalQueue Queue(string name) => state.Queue(name);

    /// <summary>What waits for a provider, and what of its is parked. Under the gate.</summary>
    public ProviderBacklog BacklogOf(string provider)
    {
        var queue = state.Queue(Entities.QueueOf(provider));
        return new ProviderBacklog(queue.Waiting, queue.OldestSince(), state.ParkedOf(provider));
    }

    /// <summary>The next parked messages, oldest first.</summary>
    public IReadOnlyList<QueuedMessage> ParkedBetween(long first, long last, int most)
    {
        lock (log.Gate)
        {
            return state.ParkedBetween(first, last, most);
        }
    }

    /// <summary>Puts events on their providers' queues; those that were published before are dropped.</summary>
    public Task Publish(IEnumerable<(UInt128 Key, BusMessage Message, Packed Content)> events)
    {
        log.ThrowIfUnavailable();
        var now = timeProvider.GetUtcNow();
        var records = events
            .Where(each => !state.Published.Contains(each.Key, now))
            .Select(each => new MessageRecord(now, each.Key, 0, Placements(each.Message, now), each.Content))
            .ToList();

        // A duplicate of an event that is just being flushed is on disk no sooner than that one.
        return records.Count == 0 ? log.Flushed : Put(records);
    }

    /// <summary>Puts a message on a queue.</summary>
    public Task Put(string queue, string? provider, DateTimeOffset due, Packed content) =>
        Put([new MessageRecord(timeProvider.GetUtcNow(), null, 0, [Placement(queue, provider, due)], content)]);

    /// <summary>Removes a message and puts another in its place, in one change.</summary>
    /// <param name="due">Null: at once.</param>
    public Task Replace(
        QueuedMessage message,
        string queue,
        string? provider,
        Packed content,
        DateTimeOffset? due = null
    )
    {
        var now = timeProvider.GetUtcNow();
        var placement = Placement(queue, provider, due ?? now);
        return Put([new MessageRecord(now, null, message.Id, [placement], content)], message);
    }

    /// <summary>Removes a message.</summary>
    public Task Remove(QueuedMessage message) =>
        log.Append(new SettledRecord(message.Id), _ => state.Remove(message.Id), () => state.UndoRemove(message));

    /// <summary>Locks a message and counts its delivery.</summary>
    /// <returns>The flush, and the number that the receiver knows the lock by.</returns>
    public (Task Flushed, long Lock) Lock(QueuedMessage message, DateTimeOffset now)
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

    /// <summary>Reads a message's body from the disk; null: the message was removed.</summary>
    public async Task<ReceivedMessage?> ReadAsync(QueuedMessage message)
    {
        var data = await log.ReadAsync(() => message.IsRemoved ? null : message.Location);
        return data is null
            ? null
            : MessageRecord.Read(data.Value).Decode(message.Id) with
            {
                DeliveryCount = message.DeliveryCount,
            };
    }

    private Task Put(IReadOnlyList<MessageRecord> records, QueuedMessage? replaced = null) =>
        log.Append(
            records,
            locations =>
            {
                foreach (var (record, location) in records.Zip(locations))
                {
                    foreach (var message in state.Put(record, location))
                    {
                        JournalState.Enqueue(message, record.At);
                    }
                }
            },
            () =>
            {
                foreach (var record in records)
                {
                    state.UndoPut(record);
                }

                if (replaced is not null)
                {
                    state.UndoRemove(replaced);
                }
            }
        );

    private Placement[] Placements(BusMessage message, DateTimeOffset now) =>
        [.. message.Providers.Select(provider => Placement(Entities.QueueOf(provider), provider, now))];

    private Placement Placement(string queue, string? provider, DateTimeOffset due) =>
        new(state.NextId(), queue, provider, due, DeliveryCount: 0);
}
