using OrderFunctions.Orders;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>One statement about the order, in the few words that a life needs.</summary>
/// <param name="Minute">When the order came to stand so, after the life's first minute.</param>
/// <param name="Total">In whole units of the order's currency; what a void order still states must count for nothing.</param>
/// <param name="HasEmail">An ERP may not know it.</param>
/// <param name="HasTracking">Whether it names the click and the ids that the affiliate networks need.</param>
internal sealed record LifeEvent(
    int Minute,
    OrderStatus Status,
    int Total,
    string Id,
    int Coupons,
    bool HasEmail,
    bool HasTracking
)
{
    public bool IsVoid => Status is OrderStatus.Refunded or OrderStatus.Cancelled;

    public IEnumerable<string> CouponCodes => Enumerable.Range(1, Coupons).Select(number => $"CODE{number}");

    /// <summary>The contract's rule, written once more: time, then the later status, then the event id.</summary>
    public bool IsNewerThan(LifeEvent other)
    {
        if (Minute != other.Minute)
        {
            return Minute > other.Minute;
        }

        OrderStatus[] ranks =
        [
            OrderStatus.Pending,
            OrderStatus.Paid,
            OrderStatus.PartiallyRefunded,
            OrderStatus.Refunded,
            OrderStatus.Cancelled,
        ];
        var (mine, its) = (Array.IndexOf(ranks, Status), Array.IndexOf(ranks, other.Status));
        return mine != its ? mine > its : string.CompareOrdinal(Id, other.Id) > 0;
    }

    public override string ToString() =>
        $"{Id} at minute {Minute}: {Status}, total {Total}, {Coupons} coupons"
        + (HasEmail ? "" : ", no e-mail")
        + (HasTracking ? "" : ", no click or ids");
}
