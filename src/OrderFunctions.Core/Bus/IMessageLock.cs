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

/// <summary>The pulling side of a bus, for hosts that the bus does not call by itself.</summary>
public interface IMessageReceiver
{
    /// <summary>Waits for the next message of a queue and locks it.</summary>
    Task<IMessageLock> ReceiveAsync(string queue, CancellationToken cancellationToken);
}

/// <summary>A message as its receiver sees it.</summary>
/// <param name="Queue">Where it was received.</param>
/// <param name="DeliveryCount">1 the first time.</param>
/// <param name="Source">On orders-retry: the queue that dead-lettered it.</param>
/// <param name="DeadLetter">On orders-retry: why.</param>
public sealed record ReceivedMessage(
    BusMessage Message,
    string Queue,
    int DeliveryCount,
    string? Source = null,
    DeadLetter? DeadLetter = null
);
