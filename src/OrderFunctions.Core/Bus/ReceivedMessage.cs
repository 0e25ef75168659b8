namespace OrderFunctions.Bus;

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
