namespace OrderFunctions.Import;

/// <summary>How an order's newest event stands at one provider, as the server tells.</summary>
/// <param name="Version">When the order came to stand as the newest event taken up says.</param>
/// <param name="NextAttemptAt">Null: it is under way, or has come to its end.</param>
internal sealed record DeliveryStanding(
    string Provider,
    string State,
    DateTimeOffset Version,
    IReadOnlyList<CallMade> Attempts,
    DateTimeOffset? NextAttemptAt = null
)
{
    /// <summary>The state of the file's newest event.</summary>
    /// <param name="standing">Null: the server knows of none.</param>
    /// <param name="occurredAt">When that event occurred.</param>
    public static string StateOf(DeliveryStanding? standing, DateTimeOffset occurredAt) =>
        standing is not null && standing.Version >= occurredAt ? standing.State : ProviderTally.Waiting;
}
