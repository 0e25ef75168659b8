using OrderFunctions.Bus;

namespace OrderFunctions.Delivery;

/// <summary>When a delivery is tried again, and when it is parked.</summary>
public static class RetrySchedule
{
    // For a delivery that could not be called at all, where nothing says how long to wait.
    private static readonly TimeSpan UncountedWait = TimeSpan.FromSeconds(30);

    /// <summary>The dead letter of a delivery that ended in Retry at <paramref name="failedAt"/>.</summary>
    /// <param name="delays">The provider's schedule.</param>
    /// <param name="attempts">The tries the delivery has had by now.</param>
    public static DeadLetter DeadLetterFor(
        Outcome.Retry retry,
        IReadOnlyList<TimeSpan> delays,
        int retries,
        int attempts,
        DateTimeOffset failedAt
    )
    {
        if (!retry.IsCounted)
        {
            var due = failedAt + (retry.After ?? UncountedWait);
            return DeadLetter.Retry(retry.Reason, due, retries, attempts);
        }

        if (retries >= delays.Count)
        {
            return DeadLetter.RetriesExhausted(retry.Reason, retries, attempts);
        }

        var wait = retry.After > delays[retries] ? retry.After.Value : delays[retries];
        return DeadLetter.Retry(retry.Reason, failedAt + wait, retries + 1, attempts);
    }
}
