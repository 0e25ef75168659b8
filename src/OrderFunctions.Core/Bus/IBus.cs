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

    /// <summary>Sends parked deliveries back to the queues they came from, with fresh attempt budgets.</summary>
    /// <returns>How many went back.</returns>
    Task<int> ReplayAsync(ParkedFilter filter, int most, CancellationToken cancellationToken);

    /// <summary>Throws unless messages can be published now.</summary>
    Task CheckAsync(CancellationToken cancellationToken);
}

/// <summary>The bus can't be had: nothing was accepted, try again later.</summary>
public sealed class BusUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
