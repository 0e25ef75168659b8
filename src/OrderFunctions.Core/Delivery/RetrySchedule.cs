using OrderFunctions.Bus;

namespace OrderFunctions.Delivery;

/// <summary>When a delivery is tried again, and when it is parked.</summary>
public static class RetrySchedule
{
    /// <summary>
    /// The longest wait of a delivery that nobody could be called for. It can't be woken up, so it is also how late one
    /// may be told after an outage.
    /// </summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    // No shorter than an open circuit's pause.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(30);

    /// <summary>The dead letter of a delivery whose call failed at <paramref name="failedAt"/>.</summary>
    /// <param name="delays">The provider's schedule.</param>
    /// <param name="attempts">The tries the delivery has had by now.</param>
    public static DeadLetter Failed(
        Outcome.Retry retry,
        IReadOnlyList<TimeSpan> delays,
        int retries,
        int attempts,
        DateTimeOffset failedAt
    )
    {
        if (retries >= delays.Count)
        {
            return DeadLetter.RetriesExhausted(retry.Reason, retries, attempts);
        }

        var wait = retry.After > delays[retries] ? retry.After.Value : delays[retries];
        return DeadLetter.Retry(retry.Reason, failedAt + wait, retries + 1, attempts);
    }

    /// <summary>
    /// The dead letter of a delivery that could not be called at all: it costs no retry and no try. Where nothing says
    /// how long to wait, each wait in a row is about twice the one before.
    /// </summary>
    /// <param name="random">From 0 to 1, so that what fails together does not come back together.</param>
    public static DeadLetter NotCalled(Outcome.Retry retry, BusMessage message, DateTimeOffset now, Func<double> random)
    {
        var waits = retry.After is null ? message.Waits + 1 : message.Waits;
        var wait = retry.After ?? WaitOf(waits, random());
        return DeadLetter.Retry(retry.Reason, now + wait, message.Retries, message.Attempts) with { Waits = waits };
    }

    // 30 s to 1 min, 1 to 2 min, 2 to 4 min, 4 to 8 min, then 7.5 to 15 min.
    private static TimeSpan WaitOf(int waits, double random)
    {
        var most = Math.Min(ShortestWait.TotalSeconds * Math.Pow(2, waits), LongestWait.TotalSeconds);
        return TimeSpan.FromSeconds(most * (1 + random) / 2);
    }
}
