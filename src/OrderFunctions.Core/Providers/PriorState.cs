using OrderFunctions.Orders;

namespace OrderFunctions.Providers;

/// <summary>What is known of an order at a provider before the next step.</summary>
/// <param name="Delivered">Whether the provider has been told of the order before.</param>
/// <param name="Reference">The provider's own id for the order.</param>
/// <param name="MayHaveArrived">Whether an earlier request may have reached the provider without our seeing its answer.</param>
/// <param name="LookedUp">What a look-up in this delivery found.</param>
/// <param name="OtherUnderWay">Whether another event of the order is under way to the provider or parked, so that it may be there.</param>
public sealed record PriorState(
    bool Delivered,
    string? Reference,
    bool MayHaveArrived,
    LookedUp? LookedUp = null,
    bool OtherUnderWay = false
)
{
    /// <summary>Of an order that no event has told us of before: others may have told the provider of it.</summary>
    public static readonly PriorState Nothing = new(false, null, false);

    /// <summary>Whether the order came to us from its beginning, by an earlier event, so that we know what the provider was told.</summary>
    public bool IsKnownOrder { get; init; }

    /// <summary>Until when an event that lacks something waits for one that has it; null: it has waited long enough.</summary>
    public DateTimeOffset? WaitUntil { get; init; }

    /// <summary>What the provider was told last.</summary>
    public ToldOrder? ToldLast { get; init; }

    /// <summary>What was said to be left of the goods after that; null: nothing was said.</summary>
    public ToldGoods? Left { get; init; }

    /// <summary>Whether the provider can't know the order: it came to us first, and nothing of it was sent.</summary>
    public bool IsNeverTold => IsKnownOrder && Reference is null && !Delivered && !MayHaveArrived && !OtherUnderWay;
}

/// <summary>How a provider says an order stands there; all null where it does not know the order.</summary>
/// <param name="Click">The click that the provider connects the order with.</param>
public sealed record LookedUp(string? Reference, string? Status, string? Click = null);
