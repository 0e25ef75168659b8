namespace OrderFunctions.Orders;

/// <summary>
/// Tells which of two statements about one order is the newer: by when the order came to stand so; of one moment, by the
/// status and then by when the event was accepted; and last by the event id, so that every instance decides alike.
/// </summary>
public sealed record OrderVersion(DateTimeOffset OccurredAt, OrderStatus Status, string EventId)
    : IComparable<OrderVersion>
{
    /// <summary>When intake accepted the event; null: nobody knows, so before all others.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    public bool IsNewerThan(OrderVersion other) => CompareTo(other) > 0;

    public int CompareTo(OrderVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        if (Equals(other))
        {
            return 0;
        }

        var byTime = OccurredAt.CompareTo(other.OccurredAt);
        var byStatus = Status.CompareTo(other.Status);
        var byAcceptance = Nullable.Compare(AcceptedAt, other.AcceptedAt);
        return byTime != 0 ? byTime
            : byStatus != 0 ? byStatus
            : byAcceptance != 0 ? byAcceptance
            : string.CompareOrdinal(EventId, other.EventId);
    }

    /// <summary>Whether it is the same event, which may have been sent and accepted more than once.</summary>
    public bool Equals(OrderVersion? other) =>
        other is not null && EventId == other.EventId && OccurredAt == other.OccurredAt && Status == other.Status;

    public override int GetHashCode() => HashCode.Combine(EventId, OccurredAt, Status);

    public static bool operator <(OrderVersion left, OrderVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(OrderVersion left, OrderVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(OrderVersion left, OrderVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(OrderVersion left, OrderVersion right) => left.CompareTo(right) >= 0;
}
