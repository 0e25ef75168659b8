using OrderFunctions.Bus;

namespace OrderFunctions.TestKit;

/// <summary>Sends parked deliveries back without asking anybody: what a bus does of a replay.</summary>
public static class ParkedReplay
{
    /// <returns>How many went back.</returns>
    public static async Task<int> ReplayAsync(
        this IBus bus,
        ParkedFilter filter,
        int most,
        CancellationToken cancellationToken
    )
    {
        var count = 0;
        var take = new ParkedTake(filter, await bus.LastParkedAsync(cancellationToken)) { Most = most };
        await bus.TakeParkedAsync(
            take,
            (received, _) =>
                Task.FromResult(new HandledParked(received.Message.Replay(), () => Interlocked.Increment(ref count))),
            cancellationToken
        );
        return count;
    }
}
