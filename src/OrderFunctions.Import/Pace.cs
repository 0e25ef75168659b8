namespace OrderFunctions.Import;

/// <summary>Spreads events evenly over time.</summary>
/// <param name="rate">Events a minute; 0: no limit.</param>
internal sealed class Pace(int rate, TimeProvider timeProvider)
{
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromSeconds(5);

    private DateTimeOffset _next;

    /// <summary>The most events to send at once: at a low rate fewer than a batch takes, so that they don't come in bursts.</summary>
    public int MostAtOnce(int most) =>
        rate == 0 ? most : Math.Clamp((int)(rate * BetweenBatches.TotalMinutes), 1, most);

    /// <summary>Waits until <paramref name="events"/> more may be sent.</summary>
    public async Task WaitAsync(int events, CancellationToken cancellationToken)
    {
        if (rate == 0)
        {
            return;
        }

        var now = timeProvider.GetUtcNow();
        if (_next > now)
        {
            await Task.Delay(_next - now, timeProvider, cancellationToken);
            now = _next;
        }

        _next = now + TimeSpan.FromMinutes((double)events / rate);
    }
}
