using System.Collections.Concurrent;
using System.Net.Sockets;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using OrderFunctions.Bus;

namespace OrderFunctions.App.Bus;

/// <summary>Service Bus: one client and one sender for each entity, for as long as the process lives.</summary>
internal sealed class ServiceBusBus : IBus
{
    /// <summary>The setting that names the connection, for the functions' triggers and for us.</summary>
    public const string Connection = "ServiceBus";

    private readonly ServiceBusBacklog _backlog;
    private readonly ServiceBusClient _client;
    private readonly ParkedQueue _parked;
    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new(StringComparer.Ordinal);

    public ServiceBusBus(ServiceBusClient client, TimeProvider timeProvider, ILogger<ServiceBusBus> logger)
    {
        _client = client;
        _backlog = new ServiceBusBacklog(client, timeProvider);
        _parked = new ParkedQueue(client, SenderOf, timeProvider, logger);
    }

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
    ) => OrUnavailableAsync(() => _parked.ListAsync(filter, limit, after ?? 0, cancellationToken));

    public Task<long> LastParkedAsync(CancellationToken cancellationToken) =>
        OrUnavailableAsync(() => _parked.LastAsync(cancellationToken));

    public Task<long?> TakeParkedAsync(
        ParkedTake take,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    ) => OrUnavailableAsync(() => _parked.TakeAsync(take, handle, cancellationToken));

    public Task CheckAsync(CancellationToken cancellationToken) =>
        OrUnavailableAsync(async () =>
        {
            // An open sender answers from memory. A new one opens a link, on the connection that there is: that takes
            // the namespace, the topic and the right to send, and Service Bus charges no operation for it.
            await using var sender = _client.CreateSender(Entities.Topic);
            using var batch = await sender.CreateMessageBatchAsync(cancellationToken);
        });

    private ServiceBusSender SenderOf(string entity) => _senders.GetOrAdd(entity, _client.CreateSender);

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
}
