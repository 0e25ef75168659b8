using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Bus;

namespace OrderFunctions.App.Bus;

/// <summary>A message that the Functions host has received and locked for us.</summary>
internal sealed class ServiceBusLock(string queue, ServiceBusReceivedMessage message, ServiceBusMessageActions actions)
    : IMessageLock
{
    public ReceivedMessage Received { get; } = ServiceBusMessages.Received(queue, message);

    public Task CompleteAsync(CancellationToken cancellationToken) =>
        actions.CompleteMessageAsync(message, cancellationToken);

    public Task AbandonAsync(CancellationToken cancellationToken) =>
        actions.AbandonMessageAsync(message, cancellationToken: cancellationToken);

    public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken) =>
        actions.DeadLetterMessageAsync(
            message,
            ServiceBusMessages.Properties(deadLetter, Received.Source),
            deadLetter.Reason,
            deadLetter.Description,
            cancellationToken
        );
}
