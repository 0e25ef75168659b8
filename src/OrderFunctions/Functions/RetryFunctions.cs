using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using OrderFunctions.App.Bus;
using OrderFunctions.Bus;
using OrderFunctions.Handlers;

namespace OrderFunctions.App.Functions;

/// <summary>The dead letters of every queue: scheduled for later, or parked.</summary>
public sealed partial class RetryFunctions(RetryHandler retries, ILogger<RetryFunctions> logger)
{
    [Function("RetryDelivery")]
    public Task RetryDeliveryAsync(
        [ServiceBusTrigger(Entities.Retry, Connection = ServiceBusBus.Connection, AutoCompleteMessages = false)]
            ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken
    )
    {
        if (ServiceBusMessages.SubscriptionOf(message) is { } provider)
        {
            SubscriptionDeadLettered(provider, message.DeadLetterReason);
        }

        return retries.HandleAsync(new ServiceBusLock(Entities.Retry, message, actions), cancellationToken);
    }

    [LoggerMessage(
        201,
        LogLevel.Error,
        "subscription.dead-lettered {Provider}: {Reason}; its queue can't take messages: look whether it is full or disabled"
    )]
    private partial void SubscriptionDeadLettered(string provider, string? reason);
}
