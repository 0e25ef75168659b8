using OrderFunctions.Bus;

namespace OrderFunctions.Local.Preview;

/// <summary>The bus of a preview: there is none.</summary>
internal sealed class NoBus : IBus
{
    public Task PublishAsync(IReadOnlyList<BusMessage> messages, CancellationToken cancellationToken) => throw None();

    public Task ScheduleAsync(
        string queue,
        BusMessage message,
        DateTimeOffset due,
        CancellationToken cancellationToken
    ) => throw None();

    public Task<ParkedPage> ListParkedAsync(
        ParkedFilter filter,
        int limit,
        long? after,
        CancellationToken cancellationToken
    ) => throw None();

    public Task<int> ReplayAsync(ParkedFilter filter, int most, CancellationToken cancellationToken) => throw None();

    public Task CheckAsync(CancellationToken cancellationToken) => throw None();

    private static BusUnavailableException None() => new("A preview has no bus.");
}
