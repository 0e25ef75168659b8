using OrderFunctions.Bus;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>When a delivery is retried, and when it is parked.</summary>
public static class RetrySchedule
{
    /// <summary>
    /// The longest wait of a delivery for which no request could be sent. It is brought forward as soon as one can be sent
    /// again; where that fails, it is how late one may be told after an outage.
    /// </summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    // No shorter than an open circuit's pause.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(30);

    /// <summary>How a delivery is dead-lettered; null: its message is completed.</summary>
    /// <param name="delays">The provider's schedule.</param>
    /// <param name="attempts">The attempts the delivery has had by now.</param>
    /// <param name="random">From 0 to 1, so that what fails together does not come back together.</param>
    public static DeadLetter? DeadLetterOf(
        Outcome outcome,
        BusMessage message,
        IReadOnlyList<TimeSpan> delays,
        int attempts,
        DateTimeOffset now,
        Func<double> random
    ) =>
        outcome switch
        {
            Outcome.Rejected rejected => DeadLetter.Rejected(message, rejected.Reason, attempts),
            Outcome.Retry { When.IsFree: true } retry => Free(retry, message, now, random),
            Outcome.Retry retry => Failed(retry, delays, message.Retries, attempts, now),
            _ => null,
        };

    /// <summary>How a delivery is dead-lettered that is not even begun, because nobody may be called. It uses up nothing.</summary>
    public static DeadLetter PutOff(BusMessage message, string reason, DateTimeOffset now, Func<double> random) =>
        Free(new Outcome.Retry(reason, new RetryTiming.FreeBackoff()), message, now, random);

    /// <summary>The dead letter of a delivery whose attempt failed at <paramref name="failedAt"/>.</summary>
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

        var slot = failedAt + delays[retries];
        var retryAt = retry.When is RetryTiming.NotBefore notBefore && notBefore.Time > slot ? notBefore.Time : slot;
        return DeadLetter.Retry(retry.Reason, retryAt, retries + 1, attempts);
    }

    // It uses up no retry and no attempt.
    private static DeadLetter Free(Outcome.Retry retry, BusMessage message, DateTimeOffset now, Func<double> random)
    {
        // What waits for a time that is known is not brought forward when somebody can be called again.
        var until = (retry.When as RetryTiming.FreeUntil)?.Time;
        var waits = until is null ? message.Waits + 1 : 0;
        var retryAt = until ?? now + WaitOf(waits, random());
        return DeadLetter.Retry(retry.Reason, retryAt, message.Retries, message.Attempts) with { Waits = waits };
    }

    // 30 s to 1 min, 1 to 2 min, 2 to 4 min, 4 to 8 min, then 7.5 to 15 min.
    private static TimeSpan WaitOf(int waits, double random)
    {
        var most = Math.Min(ShortestWait.TotalSeconds * Math.Pow(2, waits), LongestWait.TotalSeconds);
        return TimeSpan.FromSeconds(most * (1 + random) / 2);
    }
}
