using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.App.Bus;
using OrderFunctions.Bus;
using OrderFunctions.Handlers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Providers.Retrack;

namespace OrderFunctions.App.Functions;

/// <summary>A function for each provider's queue: it tells that provider of an order event.</summary>
public sealed class DeliveryFunctions(DeliveryHandler deliveries)
{
    private const string Duel = Entities.QueuePrefix + DuelProvider.ProviderName;
    private const string AvantLink = Entities.QueuePrefix + AvantLinkProvider.ProviderName;
    private const string Retrack = Entities.QueuePrefix + RetrackProvider.ProviderName;
    private const string Katalys = Entities.QueuePrefix + KatalysProvider.ProviderName;

    [Function("SendToDuel")]
    public Task SendToDuelAsync(
        [ServiceBusTrigger(Duel, Connection = ServiceBusBus.Connection, AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    ) => SendAsync(DuelProvider.ProviderName, Duel, message, actions, cancellationToken);

    [Function("SendToAvantLink")]
    public Task SendToAvantLinkAsync(
        [ServiceBusTrigger(AvantLink, Connection = ServiceBusBus.Connection, AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    ) => SendAsync(AvantLinkProvider.ProviderName, AvantLink, message, actions, cancellationToken);

    [Function("SendToRetrack")]
    public Task SendToRetrackAsync(
        [ServiceBusTrigger(Retrack, Connection = ServiceBusBus.Connection, AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    ) => SendAsync(RetrackProvider.ProviderName, Retrack, message, actions, cancellationToken);

    [Function("SendToKatalys")]
    public Task SendToKatalysAsync(
        [ServiceBusTrigger(Katalys, Connection = ServiceBusBus.Connection, AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    ) => SendAsync(KatalysProvider.ProviderName, Katalys, message, actions, cancellationToken);

    private Task SendAsync(
        string provider,
        string queue,
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    ) => deliveries.HandleAsync(provider, new ServiceBusLock(queue, message, actions), cancellationToken);
}
