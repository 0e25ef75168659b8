using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Bus;
using OrderFunctions.Delivery;

namespace OrderFunctions.Functions;

/// <summary>The dead letters of every queue: scheduled for later, or parked.</summary>
public sealed class RetryFunctions(RetryHandler retries)
{
    [Function("RetryDelivery")]
    public Task RetryDeliveryAsync(
        [ServiceBusTrigger(Entities.Retry, Connection = ServiceBusBus.Connection, AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    ) => retries.HandleAsync(new ServiceBusLock(Entities.Retry, message, actions), cancellationToken);
}
