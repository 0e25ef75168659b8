using OrderFunctions.Bus;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Parked;

/// <summary>A bus on which each page of what is parked, and each delivery that is taken, takes its time.</summary>
internal sealed class SlowBus(IBus inner, Action passTime) : DelegatingBus(inner)
{
    public override Task<ParkedPage> ListParkedAsync(
        ParkedFilter filter,
        int limit,
        long? after,
        CancellationToken cancellationToken
    )
    {
        passTime();
        return base.ListParkedAsync(filter, limit, after, cancellationToken);
    }

    public override Task<long?> TakeParkedAsync(
        ParkedTake take,
        Func<ReceivedMessage, CancellationToken, Task<HandledParked>> handle,
        CancellationToken cancellationToken
    ) =>
        base.TakeParkedAsync(
            take,
            (received, token) =>
            {
                passTime();
                return handle(received, token);
            },
            cancellationToken
        );
}
