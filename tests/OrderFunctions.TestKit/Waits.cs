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
        if (due is null)
        {
            await changed.WaitAsync(cancellationToken);
            return;
        }

        // A timer counts whole milliseconds, and no more than some weeks; waking up early only means looking again.
        var wait = due.Value - timeProvider.GetUtcNow();
        wait = TimeSpan.FromTicks(Math.Clamp(wait.Ticks, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerDay));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed, Task.Delay(wait, timeProvider, stop.Token));
        await stop.CancelAsync();
    }
}
