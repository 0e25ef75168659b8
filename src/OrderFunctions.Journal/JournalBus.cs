using System.Globalization;
using System.Runtime.CompilerServices;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Journaling.State;

namespace OrderFunctions.Journaling;

/// <summary>The topic and the queues, kept in the journal. What a method has returned from survives a crash.</summary>
internal sealed class JournalBus(JournalLog log, MessageStore messages) : IBus
{
    private const int ParkedChunk = 256;

    public async Task PublishAsync(IReadOnlyList<BusMessage> published, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var events = published
            .Select(message => (Key: JournalState.KeyOf(message.Id), message, MessageRecord.Encode(message)))
            .DistinctBy(each => each.Key)
            .ToList();
        Task flushed;
        lock (log.Gate)
        {
            flushed = messages.Publish(events);
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
            flushed = messages.Put(queue, message.Provider, due, content);
        }

        await flushed.WaitAsync(cancellationToken);
    }

    public async Task<int> BringForwardAsync(string queue, DateTimeOffset due, CancellationToken cancellationToken)
    {
        IReadOnlyList<QueuedMessage> putOff;
        lock (log.Gate)
        {
            putOff = messages.Queue(queue).PutOffBeyond(due);
        }

        var forwarded = 0;
        var flushes = new HashSet<Task>();
        foreach (var message in putOff)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await messages.ReadAsync(message) is not { } received)
            {
                continue;
            }

            var content = MessageRecord.Encode(received.Message);
            lock (log.Gate)
            {
                // Since it was read it may have come due.
                if (message is { IsRemoved: false, Lock: 0 })
                {
                    flushes.Add(messages.Replace(message, queue, received.Message.Provider, content, due));
                    forwarded++;
                }
            }
        }

        await Task.WhenAll(flushes);
        return forwarded;
    }

    public Task<IReadOnlyDictionary<string, ProviderBacklog>> CountAsync(
        IReadOnlyList<string> providers,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (log.Gate)
        {
            return Task.FromResult<IReadOnlyDictionary<string, ProviderBacklog>>(
                providers.ToDictionary(provider => provider, messages.BacklogOf, StringComparer.Ordinal)
            );
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
            var replay = received.Message.Replay();
            var content = MessageRecord.Encode(replay);
            lock (log.Gate)
            {
                if (message.IsRemoved)
                {
                    continue;
                }

                var queue = received.Source ?? Entities.Retry;
                flushes.Add(messages.Replace(message, queue, replay.Provider, content));
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
            last = messages.LastId;
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunk = messages.ParkedBetween(after + 1, last, ParkedChunk);
            foreach (var message in chunk)
            {
                after = message.Id;
                if (await messages.ReadAsync(message) is { } received && Parked(message, received) is var parked)
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
        )
        {
            Kind = received.Message.Kind,
        };
}
