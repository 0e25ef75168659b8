using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;

namespace OrderFunctions.App.Bus;

/// <summary>Service Bus: one client and one sender for each entity, for as long as the process lives.</summary>
internal sealed partial class ServiceBusBus(
    ServiceBusClient client,
    TimeProvider timeProvider,
    ILogger<ServiceBusBus> logger
) : IBus
{
    /// <summary>The setting that names the connection, for the functions' triggers and for us.</summary>
    public const string Connection = "ServiceBus";

    private const int PeekSize = 100;
    private const int ReplaySize = 20;

    /// <summary>A replay leaves the namespace most of its 1,000 credits a second.</summary>
    private static readonly TimeSpan PauseAfterReplays = TimeSpan.FromMilliseconds(250);

    /// <summary>Azure's load balancer gives up on an HTTP call after 230 seconds.</summary>
    private static readonly TimeSpan LongestReplay = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan ReceiveWait = TimeSpan.FromSeconds(5);

    private readonly ServiceBusBacklog _backlog = new(client, timeProvider);
    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new(StringComparer.Ordinal);

    public Task PublishAsync(IReadOnlyList<BusMessage> messages, CancellationToken cancellationToken) =>
        OrUnavailableAsync(() =>
            ServiceBusBatches.SendAsync(
                SenderOf(Entities.Topic),
                [.. messages.Select(message => ServiceBusMessages.Message(message))],
                cancellationToken
            )
        );

    public Task ScheduleAsync(
        string queue,
        BusMessage message,
        DateTimeOffset due,
        CancellationToken cancellationToken
    ) =>
        OrUnavailableAsync(() =>
            SenderOf(queue).SendMessageAsync(ServiceBusMessages.Message(message, due), cancellationToken)
        );

    public Task<int> BringForwardAsync(string queue, DateTimeOffset due, CancellationToken cancellationToken) =>
        OrUnavailableAsync(() => _backlog.BringForwardAsync(SenderOf(queue), queue, due, cancellationToken));

    public Task<IReadOnlyDictionary<string, ProviderBacklog>> CountAsync(
        IReadOnlyList<string> providers,
        CancellationToken cancellationToken
    ) => OrUnavailableAsync(() => _backlog.CountAsync(providers, cancellationToken));

    public Task<ParkedPage> ListParkedAsync(
        ParkedFilter filter,
        int limit,
        long? after,
        CancellationToken cancellationToken
    ) =>
        OrUnavailableAsync(async () =>
        {
            await using var receiver = ParkedReceiver();
            var items = new List<ParkedDelivery>();
            await foreach (var parked in PeekAsync(receiver, filter, after ?? 0, cancellationToken))
            {
                if (items.Count == limit)
                {
                    return new ParkedPage(items, Number(items[^1]));
                }

                items.Add(parked);
            }

            return new ParkedPage(items, Next: null);
        });

    public Task<int> ReplayAsync(ParkedFilter filter, int most, CancellationToken cancellationToken) =>
        OrUnavailableAsync(async () =>
        {
            await using var receiver = ParkedReceiver();
            // What is parked from now on is not meant: a replay that fails at once would come round again and again.
            var meant = new HashSet<long>();
            await foreach (var parked in PeekAsync(receiver, filter, after: 0, cancellationToken))
            {
                if (meant.Count == most)
                {
                    break;
                }

                meant.Add(Number(parked));
            }

            return await ReplayAsync(receiver, meant, cancellationToken);
        });

    public Task CheckAsync(CancellationToken cancellationToken) =>
        OrUnavailableAsync(async () =>
        {
            // An open sender answers from memory. A new one opens a link, on the connection that there is: that takes
            // the namespace, the topic and the right to send, and Service Bus charges no operation for it.
            await using var sender = client.CreateSender(Entities.Topic);
            using var batch = await sender.CreateMessageBatchAsync(cancellationToken);
        });

    // Received one after another, since parked messages can't be picked; those not meant are held until the end.
    private async Task<int> ReplayAsync(
        ServiceBusReceiver receiver,
        HashSet<long> meant,
        CancellationToken cancellationToken
    )
    {
        var replayed = 0;
        var started = timeProvider.GetTimestamp();
        var held = new Dictionary<long, ServiceBusReceivedMessage>();
        try
        {
            while (meant.Count > 0 && timeProvider.GetElapsedTime(started) < LongestReplay)
            {
                var received = await receiver.ReceiveMessagesAsync(ReplaySize, ReceiveWait, cancellationToken);
                if (received.Count == 0)
                {
                    break;
                }

                var before = replayed;
                foreach (var message in received)
                {
                    if (!meant.Remove(message.SequenceNumber))
                    {
                        held[message.SequenceNumber] = message;
                        continue;
                    }

                    await SendBackAsync(message, cancellationToken);
                    await CompleteAsync(receiver, message);
                    replayed++;
                }

                if (replayed > before && meant.Count > 0)
                {
                    await Task.Delay(PauseAfterReplays, timeProvider, cancellationToken);
                }
            }

            return replayed;
        }
        finally
        {
            foreach (var message in held.Values)
            {
                await AbandonAsync(receiver, message);
            }
        }
    }

    private async Task SendBackAsync(ServiceBusReceivedMessage parked, CancellationToken cancellationToken)
    {
        var received = ServiceBusMessages.Received(Entities.Retry, parked);
        await SenderOf(received.Source ?? Entities.Retry)
            .SendMessageAsync(ServiceBusMessages.Message(received.Message.Replay()), cancellationToken);
    }

    private async Task CompleteAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message)
    {
        try
        {
            await receiver.CompleteMessageAsync(message, CancellationToken.None);
        }
        catch (ServiceBusException error)
        {
            // It went back and lies here as well; replayed again, the ledger knows.
            StaysParked(error, message.SequenceNumber);
        }
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

    private static async IAsyncEnumerable<ParkedDelivery> PeekAsync(
        ServiceBusReceiver receiver,
        ParkedFilter filter,
        long after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (await receiver.PeekMessagesAsync(PeekSize, after + 1, cancellationToken) is { Count: > 0 } messages)
        {
            foreach (var message in messages)
            {
                after = message.SequenceNumber;
                if (ServiceBusMessages.Parked(message) is var parked && filter.Matches(parked))
                {
                    yield return parked;
                }
            }
        }
    }

    private static long Number(ParkedDelivery parked) => long.Parse(parked.Id, CultureInfo.InvariantCulture);

    private ServiceBusReceiver ParkedReceiver() =>
        client.CreateReceiver(Entities.Retry, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    private ServiceBusSender SenderOf(string entity) => _senders.GetOrAdd(entity, client.CreateSender);

    private static Task OrUnavailableAsync(Func<Task> work) =>
        OrUnavailableAsync(async () =>
        {
            await work();
            return true;
        });

    private static async Task<T> OrUnavailableAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error)
            when (error
                    is ServiceBusException
                        or UnauthorizedAccessException
                        or AuthenticationFailedException
                        or TimeoutException
                        or SocketException
                        or IOException
            )
        {
            throw new BusUnavailableException($"Service Bus can't be had: {Reason(error)}.", error);
        }
    }

    // For callers: what kind of trouble, without the namespace, its paths and its tracking ids.
    private static string Reason(Exception error) =>
        error switch
        {
            ServiceBusException failure => failure.Reason.ToString(),
            UnauthorizedAccessException or AuthenticationFailedException => "our identity is refused",
            _ => error.GetType().Name,
        };

    [LoggerMessage(200, LogLevel.Warning, "replay.unsettled parked message {SequenceNumber} stays parked")]
    private partial void StaysParked(Exception error, long sequenceNumber);
}
