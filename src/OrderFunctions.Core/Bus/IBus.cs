namespace OrderFunctions.Bus;

/// <summary>
/// Where order events wait for their providers: Service Bus in Azure, a journal on one machine. Every method
/// throws <see cref="BusUnavailableException"/> where the bus can't be had.
/// </summary>
public interface IBus
{
    /// <summary>
    /// Puts each message on the topic, which puts it on the queues of all its providers or on none. Returns once the
    /// bus has them for good. A message whose id was published before, within the bus's window, is dropped.
    /// </summary>
    Task PublishAsync(IReadOnlyList<BusMessage> messages, CancellationToken cancellationToken);

    /// <summary>Puts a message on one queue, to be received at <paramref name="due"/> and not before.</summary>
    Task ScheduleAsync(string queue, BusMessage message, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>
    /// Lets what a queue's messages wait for come sooner: those that wait because nobody could be called
    /// (<see cref="BusMessage.Waits"/>) are due at <paramref name="due"/>, unless they are due before. A message is never
    /// lost by it; one that is just coming due may come twice.
    /// </summary>
    /// <returns>How many come sooner. A bus may leave the rest for another call.</returns>
    Task<int> BringForwardAsync(string queue, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>Counts what waits for each provider and what is parked, without a walk through more than 1,000 of each.</summary>
    /// <returns>By the provider's name.</returns>
    Task<IReadOnlyDictionary<string, ProviderBacklog>> CountAsync(
        IReadOnlyList<string> providers,
        CancellationToken cancellationToken
    );

    /// <summary>Parked deliveries (orders-retry's dead letters), oldest first.</summary>
    /// <param name="after">Where the page before ended; null or 0: from the start.</param>
    Task<ParkedPage> ListParkedAsync(ParkedFilter filter, int limit, long? after, CancellationToken cancellationToken);

    /// <summary>The place of what was parked last, as <see cref="ParkedTake.UpTo"/> takes it; 0: nothing is parked.</summary>
    Task<long> LastParkedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Hands out parked deliveries, oldest first, and takes each away once it is dealt with: it is completed, and the
    /// message that came of it is put on the queue that the delivery came from. Where that can't be one change, the
    /// message is put there first: after a crash it may be there, and the delivery still be parked.
    /// </summary>
    /// <param name="handle">
    /// Deals with a delivery; called for several at once. Where it throws, the delivery stays parked, and nothing more is
    /// handed out.
    /// </param>
    /// <returns>Where to go on, as <see cref="ParkedTake.After"/> takes it; null: nothing is left.</returns>
    Task<long?> TakeParkedAsync(
        ParkedTake take,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    );

    /// <summary>Throws unless messages can be published now.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}

/// <summary>The bus can't be had: nothing was accepted, try again later.</summary>
public sealed class BusUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
