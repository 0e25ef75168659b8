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
