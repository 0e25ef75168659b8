using OrderFunctions.Orders;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>What an event says of where the order came from.</summary>
internal enum Origin
{
    /// <summary>It names the click and the ids that the affiliate networks need.</summary>
    Stated,

    /// <summary>It does not know: an ERP's.</summary>
    Unsaid,

    /// <summary>It knows that there is none.</summary>
    None,
}

/// <summary>What an event says of the provider.</summary>
internal enum Consent
{
    Unsaid,
    Included,
    Excluded,
}

/// <summary>One statement about the order, in the few words that a life needs.</summary>
/// <param name="Minute">When the order came to stand so, after the life's first minute.</param>
/// <param name="Total">In whole units of the order's currency; what a void order still states must count for nothing.</param>
/// <param name="HasEmail">An ERP may not know it.</param>
internal sealed record LifeEvent(
    int Minute,
    OrderStatus Status,
    int Total,
    string Id,
    int Coupons,
    bool HasEmail,
    Origin Origin
)
{
    public Consent Consent { get; init; }

    /// <summary>Of a void order: says nothing but that.</summary>
    public bool IsBare { get; init; }

    /// <summary>In which second of the life's first minute it was accepted.</summary>
    public int Accepted { get; init; }

    public bool IsVoid => Status is OrderStatus.Refunded or OrderStatus.Cancelled;

    public IEnumerable<string> CouponCodes => Enumerable.Range(1, Coupons).Select(number => $"CODE{number}");

    /// <summary>The contract's rule, written once more: time, then the later status, then the acceptance, then the event id.</summary>
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
        return mine != its ? mine > its
            : Accepted != other.Accepted ? Accepted > other.Accepted
            : string.CompareOrdinal(Id, other.Id) > 0;
    }

    public override string ToString() =>
        $"{Id} at minute {Minute}, accepted in second {Accepted}: {Status}, total {Total}, {Coupons} coupons"
        + (IsBare ? ", bare" : "")
        + (HasEmail ? "" : ", no e-mail")
        + (Origin == Origin.Stated ? "" : $", origin {Origin}")
        + (Consent == Consent.Unsaid ? "" : $", {Consent}");
}
