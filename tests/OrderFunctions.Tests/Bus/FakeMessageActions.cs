using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace OrderFunctions.Tests.Bus;

/// <summary>What the Functions host settles messages with; here, on the broker of this process.</summary>
internal sealed class FakeMessageActions(FakeBroker broker, string queue) : ServiceBusMessageActions
{
    /// <summary>Thrown in place of settling.</summary>
    public Exception? Trouble { get; init; }

    public override Task CompleteMessageAsync(
        ServiceBusReceivedMessage message,
        CancellationToken cancellationToken = default
    ) => SettleAsync(() => broker.Complete(queue, message), cancellationToken);

    public override Task AbandonMessageAsync(
        ServiceBusReceivedMessage message,
        IDictionary<string, object>? propertiesToModify = default,
        CancellationToken cancellationToken = default
    ) => SettleAsync(() => broker.Abandon(queue, message), cancellationToken);

    public override Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default
    ) =>
        SettleAsync(
            () =>
                broker.DeadLetter(queue, message, propertiesToModify!, deadLetterReason!, deadLetterErrorDescription!),
            cancellationToken
        );

    private Task SettleAsync(Action settle, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Trouble is not null)
        {
            return Task.FromException(Trouble);
        }

        settle();
        return Task.CompletedTask;
    }
}
