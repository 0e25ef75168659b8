using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.App.Bus;
using OrderFunctions.Bus;
using OrderFunctions.Handlers;

namespace OrderFunctions.App.Functions;

/// <summary>The ERP's queue: its messages pass the same check as HTTP, then go to the topic.</summary>
public sealed class InboundFunctions(InboundHandler inbound)
{
    [Function("AcceptOrder")]
    public Task AcceptOrderAsync(
        [ServiceBusTrigger(Entities.Inbound, Connection = ServiceBusBus.Connection, AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    ) => inbound.HandleAsync(new ServiceBusLock(Entities.Inbound, message, actions), cancellationToken);
}
