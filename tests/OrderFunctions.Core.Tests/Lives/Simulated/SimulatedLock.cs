using OrderFunctions.Bus;

namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>A message that a worker settles only when the simulation lets it.</summary>
internal sealed class SimulatedLock(IMessageLock inner) : IMessageLock
{
    public ReceivedMessage Received => inner.Received;

    public Task CompleteAsync(CancellationToken cancellationToken) =>
        SettleAsync(
            new FaultPoint("complete the message", IsCompletion: true),
            () => inner.CompleteAsync(cancellationToken)
        );

    public Task AbandonAsync(CancellationToken cancellationToken) =>
        SettleAsync(new FaultPoint("abandon the message"), () => inner.AbandonAsync(cancellationToken));

    public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
    {
        // Before the point: Service Bus's client refuses it on this side of the link.
        deadLetter.ThrowIfTooLong();
        return SettleAsync(
            new FaultPoint($"dead-letter the message ({deadLetter.Description})"),
            () => inner.DeadLetterAsync(deadLetter, cancellationToken)
        );
    }

    private static async Task SettleAsync(FaultPoint point, Func<Task> settle)
    {
        var fault = await SimulatedWorker.Current.ArriveAsync(point, CancellationToken.None);
        if (fault is not Fault.NotSent)
        {
            await settle();
        }

        if (fault is not Fault.None)
        {
            throw new IOException("The link to the bus broke.");
        }
    }
}
