using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;

namespace OrderFunctions.App.Bus;

/// <summary>
/// orders-retry's dead letters. They can be looked at from any place (peek, without a lock), but received only one after
/// another from the front: those that are not meant are locked on the way, and given back at the end.
/// </summary>
internal sealed partial class ParkedQueue(
    ServiceBusClient client,
    Func<string, ServiceBusSender> senderOf,
    TimeProvider timeProvider,
    ILogger logger
)
{
    /// <summary>How many are received, and dealt with, at once.</summary>
    private const int Handful = 50;

    /// <summary>Two credits for each, four handfuls a second: the namespace keeps most of its 1,000 credits a second.</summary>
    private static readonly TimeSpan PauseAfterHandful = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How many of those not meant are given back at the end. Of more, the locks run out by themselves: to give them back
    /// costs a call each, and the next take, which comes soon, has them behind it.
    /// </summary>
    private const int MostGivenBack = 500;

    private static readonly TimeSpan ReceiveWait = TimeSpan.FromSeconds(5);

    public async Task<ParkedPage> ListAsync(
        ParkedFilter filter,
        int limit,
        long after,
        CancellationToken cancellationToken
    )
    {
        await using var receiver = NewReceiver();
        // One more than the page takes says whether there is another.
        var found = await receiver
            .PeekPagesAsync(after, cancellationToken: cancellationToken)
            .SelectMany(page => page.Select(ServiceBusMessages.Parked))
            .Where(filter.Matches)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        return found.Count > limit
            ? new ParkedPage(found[..limit], found[limit - 1].Place)
            : new ParkedPage(found, Next: null);
    }

    /// <summary>
    /// The last sequence number; 0: there is none. Found by doubling and halving in some dozen peeks: being told it takes the
    /// right to manage the queue, and looking through it all takes the longer the more is parked.
    /// </summary>
    public async Task<long> LastAsync(CancellationToken cancellationToken)
    {
        await using var receiver = NewReceiver();
        var (last, step) = (0L, 1L);
        while (await FirstFromAsync(last + step) is { } found)
        {
            (last, step) = (found, 2 * step);
        }

        while ((step /= 2) > 0)
        {
            last = await FirstFromAsync(last + step) ?? last;
        }

        return last;

        async Task<long?> FirstFromAsync(long number) =>
            await receiver.PeekMessagesAsync(1, number, cancellationToken) is [var first, ..]
                ? first.SequenceNumber
                : null;
    }

    public async Task<long?> TakeAsync(
        ParkedTake take,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    )
    {
        var started = timeProvider.GetTimestamp();
        var held = new ConcurrentDictionary<long, ServiceBusReceivedMessage>();
        var count = 0;
        await using var receiver = NewReceiver();
        await using var ahead = new ParkedLookahead(receiver, take, cancellationToken);
        try
        {
            while (true)
            {
                while (ahead.Next is null)
                {
                    if (IsTimeUp())
                    {
                        return ahead.SeenTo;
                    }

                    if (!await ahead.LookOnAsync())
                    {
                        return null;
                    }
                }

                if (count == take.Most || IsTimeUp())
                {
                    return ahead.Next - 1;
                }

                var received = await receiver.ReceiveMessagesAsync(Handful, ReceiveWait, cancellationToken);
                if (received.Count == 0)
                {
                    // What is left is locked: another take has it, or had it.
                    return ahead.Next - 1;
                }

                var meant = ahead.Meant(received).Take(take.Most - count).ToHashSet();
                foreach (var message in received)
                {
                    if (meant.Contains(message.SequenceNumber) || held.Count < MostGivenBack)
                    {
                        held[message.SequenceNumber] = message;
                    }
                }

                await Task.WhenAll(
                    meant.Select(number => TakeOneAsync(receiver, held, number, handle, cancellationToken))
                );
                count += meant.Count;
                ahead.Took(meant);
                if (meant.Count > 0 && ahead.Next is not null && count < take.Most && !IsTimeUp())
                {
                    await Task.Delay(PauseAfterHandful, timeProvider, cancellationToken);
                }
            }
        }
        finally
        {
            foreach (var some in held.Values.Chunk(Handful))
            {
                await Task.WhenAll(some.Select(message => AbandonAsync(receiver, message)));
            }
        }

        bool IsTimeUp() => timeProvider.GetElapsedTime(started) >= take.AtMost;
    }

    // The copy first, the original second: a copy that is there twice does an order no harm, the ledger knows.
    private async Task TakeOneAsync(
        ServiceBusReceiver receiver,
        ConcurrentDictionary<long, ServiceBusReceivedMessage> held,
        long number,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    )
    {
        var message = held[number];
        var received = ServiceBusMessages.Received(Entities.Retry, message);
        var handled = await handle(received, cancellationToken);
        if (handled.GoesBack is { } goesBack)
        {
            try
            {
                await senderOf(received.Source ?? Entities.Retry)
                    .SendMessageAsync(ServiceBusMessages.Message(goesBack), cancellationToken);
            }
            catch (ServiceBusException error) when (error.Reason == ServiceBusFailureReason.MessageSizeExceeded)
            {
                // The ERP's own, that filled a message to its brim. It must not keep the others from going back.
                StaysParked(error, number);
                return;
            }
        }

        held.TryRemove(number, out _);
        try
        {
            await receiver.CompleteMessageAsync(message, CancellationToken.None);
        }
        catch (ServiceBusException error)
        {
            // Its lock ran out. It went back and lies here as well; replayed again, the ledger knows.
            StaysParked(error, number);
        }

        handled.OnTaken();
    }

    private async Task AbandonAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message)
    {
        try
        {
            await receiver.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
        }
        catch (ServiceBusException error)
        {
            // It is free again when its lock runs out.
            StaysParked(error, message.SequenceNumber);
        }
    }

    private ServiceBusReceiver NewReceiver() =>
        client.CreateReceiver(Entities.Retry, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    [LoggerMessage(200, LogLevel.Warning, "replay.unsettled parked message {SequenceNumber} stays parked")]
    private partial void StaysParked(Exception error, long sequenceNumber);
}
