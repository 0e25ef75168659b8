using System.Collections.Concurrent;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;

namespace OrderFunctions.Handlers;

/// <summary>
/// Brings forward what waits because nobody could be called: once somebody can, no delivery waits for the end of its
/// backoff. Each queue's at most every ten seconds, and by one worker at a time.
/// </summary>
public sealed class WaitingDeliveries(IBus bus, OutageLog outages, TimeProvider timeProvider)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, long> _begun = new(StringComparer.Ordinal);

    public async Task BringForwardAsync(string queue, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetTimestamp();
        if (!TryBegin(queue, now))
        {
            return;
        }

        try
        {
            await bus.BringForwardAsync(queue, timeProvider.GetUtcNow(), cancellationToken);
        }
        catch (BusUnavailableException error)
        {
            // They are due by themselves later.
            outages.Tell(error);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The same.
        }
    }

    private bool TryBegin(string queue, long now) =>
        _begun.TryGetValue(queue, out var before)
            ? timeProvider.GetElapsedTime(before, now) >= Interval && _begun.TryUpdate(queue, now, before)
            : _begun.TryAdd(queue, now);
}
