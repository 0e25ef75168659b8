using OrderFunctions.Bus;

namespace OrderFunctions.TestKit;

/// <summary>A bus that does what another does, for tests that look at some of it or slow it down.</summary>
public abstract class DelegatingBus(IBus inner) : IBus
{
    public Task PublishAsync(IReadOnlyList<BusMessage> messages, CancellationToken cancellationToken) =>
        inner.PublishAsync(messages, cancellationToken);

    public Task ScheduleAsync(
        string queue,
        BusMessage message,
        DateTimeOffset due,
        CancellationToken cancellationToken
    ) => inner.ScheduleAsync(queue, message, due, cancellationToken);

    public Task<int> BringForwardAsync(string queue, DateTimeOffset due, CancellationToken cancellationToken) =>
        inner.BringForwardAsync(queue, due, cancellationToken);

    public Task<IReadOnlyDictionary<string, ProviderBacklog>> CountAsync(
        IReadOnlyList<string> providers,
        CancellationToken cancellationToken
    ) => inner.CountAsync(providers, cancellationToken);

    public virtual Task<ParkedPage> ListParkedAsync(
        ParkedFilter filter,
        int limit,
        long? after,
        CancellationToken cancellationToken
    ) => inner.ListParkedAsync(filter, limit, after, cancellationToken);

    public Task<long> LastParkedAsync(CancellationToken cancellationToken) => inner.LastParkedAsync(cancellationToken);

    public virtual Task<long?> TakeParkedAsync(
        ParkedTake take,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    ) => inner.TakeParkedAsync(take, handle, cancellationToken);

    public Task CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);
}
