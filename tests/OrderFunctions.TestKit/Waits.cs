namespace OrderFunctions.TestKit;

/// <summary>How the buses of tests wait for their next message.</summary>
public static class Waits
{
    /// <summary>Returns when something has changed or, perhaps early, when it is due.</summary>
    /// <param name="due">Null: not before a change.</param>
    public static async Task ForChangeAsync(
        this TimeProvider timeProvider,
        Task changed,
        DateTimeOffset? due,
        CancellationToken cancellationToken
    )
    {
        var wait = Timeout.InfiniteTimeSpan;
        if (due is { } time)
        {
            // A timer counts whole milliseconds, and no more than some weeks; waking up early only means looking again.
            var ticks = (time - timeProvider.GetUtcNow()).Ticks;
            wait = TimeSpan.FromTicks(Math.Clamp(ticks, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerDay));
        }

        // That the time is over is no error.
        await changed
            .WaitAsync(wait, timeProvider, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
