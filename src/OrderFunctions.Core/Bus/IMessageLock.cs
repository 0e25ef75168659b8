namespace OrderFunctions.Bus;

/// <summary>A received message that is ours until it is settled, once, or its lock runs out.</summary>
public interface IMessageLock
{
    ReceivedMessage Received { get; }

    Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Gives it back at once; its delivery count goes up.</summary>
    Task AbandonAsync(CancellationToken cancellationToken);

    Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken);
}
