using OrderFunctions.Bus;

namespace OrderFunctions.Core.Tests.Parked;

/// <summary>A bus on which each page of what is parked, and each delivery that is taken, takes its time.</summary>
internal sealed class SlowBus(IBus inner, Action passTime) : IBus
{
    public Task PublishAsync(IReadOnlyList<BusMessage> messages, CancellationToken cancellationToken) =>
        inner.PublishAsync(messages, cancellationToken);

    public Task ScheduleAsync(
        string queue,
        BusMessage message,
        DateTimeOffset due,
        CancellationToken cancellationToken
    ) => inner.ScheduleAsync(queue, message, due, cancellationToken);

    public Task<ParkedPage> ListParkedAsync(
        ParkedFilter filter,
        int limit,
        long? after,
        CancellationToken cancellationToken
    )
    {
        passTime();
        return inner.ListParkedAsync(filter, limit, after, cancellationToken);
    }

    public Task<long> LastParkedAsync(CancellationToken cancellationToken) => inner.LastParkedAsync(cancellationToken);

    public Task<long?> TakeParkedAsync(
        ParkedTake take,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    ) =>
        inner.TakeParkedAsync(
            take,
            (received, token) =>
            {
                passTime();
                return handle(received, token);
            },
            cancellationToken
        );

    public Task CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);
}
