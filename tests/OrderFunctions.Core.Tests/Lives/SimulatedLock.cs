using OrderFunctions.Bus;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>A message that a worker settles only when the simulation lets it.</summary>
internal sealed class SimulatedLock(IMessageLock inner) : IMessageLock
{
    public ReceivedMessage Received => inner.Received;

    public Task CompleteAsync(CancellationToken cancellationToken) =>
        SettleAsync(new Door("complete the message", IsCompletion: true), () => inner.CompleteAsync(cancellationToken));

    public Task AbandonAsync(CancellationToken cancellationToken) =>
        SettleAsync(new Door("abandon the message"), () => inner.AbandonAsync(cancellationToken));

    public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken)
    {
        // Before the door: Service Bus's client refuses it on this side of the link.
        deadLetter.ThrowIfTooLong();
        return SettleAsync(
            new Door($"dead-letter the message ({deadLetter.Description})"),
            () => inner.DeadLetterAsync(deadLetter, cancellationToken)
        );
    }

    private static async Task SettleAsync(Door door, Func<Task> settle)
    {
        var passage = await SimulatedWorker.Current.ArriveAsync(door, CancellationToken.None);
        if (passage is not Passage.Failed)
        {
            await settle();
        }

        if (passage is not Passage.Through)
        {
            throw new IOException("The link to the bus broke.");
        }
    }
}
