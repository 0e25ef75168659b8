using System.Runtime.CompilerServices;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Journaling.State;

namespace OrderFunctions.Journaling;

/// <summary>The topic and the queues, kept in the journal. What a method has returned from survives a crash.</summary>
internal sealed class JournalBus(JournalLog log, MessageStore messages, TimeProvider timeProvider) : IBus
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

        await flushed;
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

        await flushed;
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
        await foreach (var chunk in ParkedAsync(after ?? 0, long.MaxValue, cancellationToken))
        {
            foreach (var (_, _, parked) in chunk.Where(each => filter.Matches(each.Parked)))
            {
                if (found.Count == limit)
                {
                    return new ParkedPage(found, found[^1].Place);
                }

                found.Add(parked);
            }
        }

        return new ParkedPage(found, null);
    }

    public Task<long> LastParkedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (log.Gate)
        {
            return Task.FromResult(messages.LastId);
        }
    }

    public async Task<long?> TakeParkedAsync(
        ParkedTake take,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    )
    {
        var started = timeProvider.GetTimestamp();
        var (after, taken) = (take.After, 0);
        await foreach (var chunk in ParkedAsync(after, take.UpTo, cancellationToken))
        {
            var matching = chunk.Where(each => take.Matches(each.Parked)).ToList();
            var now = matching.Take(take.Most - taken).ToList();
            // At once: what they write shares flushes.
            await Task.WhenAll(now.Select(each => TakeAsync(each, handle, cancellationToken)));
            taken += now.Count;
            if (now.Count < matching.Count)
            {
                return matching[now.Count].Message.Id - 1;
            }

            after = chunk[^1].Message.Id;
            if (timeProvider.GetElapsedTime(started) >= take.AtMost)
            {
                return after;
            }
        }

        return null;
    }

    public Task CheckAsync(CancellationToken cancellationToken) => log.CheckAsync().WaitAsync(cancellationToken);

    // One that goes back is taken away and put on its queue in one change.
    private async Task TakeAsync(
        ParkedMessage parked,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    )
    {
        var handled = await handle(parked.Received, cancellationToken);
        var content = handled.GoesBack is { } message ? MessageRecord.Encode(message) : default;
        Task flushed;
        lock (log.Gate)
        {
            if (parked.Message.IsRemoved)
            {
                // Another take was quicker.
                return;
            }

            flushed = handled.GoesBack is { } goesBack
                ? messages.Replace(parked.Message, parked.Received.Source ?? Entities.Retry, goesBack.Provider, content)
                : messages.Remove(parked.Message);
        }

        await flushed;
        handled.OnTaken();
    }

    private async IAsyncEnumerable<IReadOnlyList<ParkedMessage>> ParkedAsync(
        long after,
        long upTo,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // What is parked meanwhile is not meant: a replay that fails at once would be replayed again and again.
        upTo = Math.Min(upTo, await LastParkedAsync(cancellationToken));
        while (after < upTo)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var waiting = messages.ParkedBetween(after + 1, upTo, ParkedChunk);
            var chunk = new List<ParkedMessage>(waiting.Count);
            foreach (var message in waiting)
            {
                after = message.Id;
                if (await messages.ReadAsync(message) is { } received)
                {
                    chunk.Add(new ParkedMessage(message, received, Parked(message, received)));
                }
            }

            if (chunk.Count > 0)
            {
                yield return chunk;
            }

            if (waiting.Count < ParkedChunk)
            {
                yield break;
            }
        }
    }

    private static ParkedDelivery Parked(QueuedMessage message, ReceivedMessage received) =>
        ParkedDelivery.Of(
            message.Id,
            received,
            received.DeadLetter!.Reason,
            received.DeadLetter.Description,
            message.Due
        );

    private sealed record ParkedMessage(QueuedMessage Message, ReceivedMessage Received, ParkedDelivery Parked);
}
