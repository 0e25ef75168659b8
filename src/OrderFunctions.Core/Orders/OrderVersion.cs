namespace OrderFunctions.Orders;

/// <summary>
/// Tells which of two statements about one order is the newer. Events of the same moment are ordered by
/// status and then by event id, so that every instance decides alike.
/// </summary>
public sealed record OrderVersion(DateTimeOffset OccurredAt, OrderStatus Status, string EventId)
    : IComparable<OrderVersion>
{
    public bool IsNewerThan(OrderVersion other) => CompareTo(other) > 0;

    public int CompareTo(OrderVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byTime = OccurredAt.CompareTo(other.OccurredAt);
        if (byTime != 0)
        {
            return byTime;
        }

        var byStatus = Status.CompareTo(other.Status);
        return byStatus != 0 ? byStatus : string.CompareOrdinal(EventId, other.EventId);
    }

    public static bool operator <(OrderVersion left, OrderVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(OrderVersion left, OrderVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(OrderVersion left, OrderVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(OrderVersion left, OrderVersion right) => left.CompareTo(right) >= 0;
}
