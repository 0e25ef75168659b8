using OrderFunctions.Core.Tests.Lives.Simulated;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>Two events of one moment: the later status is the newer, then what was accepted later, then the larger event id, on every instance.</summary>
public sealed class TieTests : StageTest
{
    private static readonly LifeEvent Smaller = Paid with { Id = "B", Total = 80 };
    private static readonly LifeEvent Larger = Paid with { Id = "a", Total = 125 };
    private static readonly LifeEvent LaterState = PartlyRefunded with { Id = "A", Minute = Paid.Minute };

    /// <summary>AvantLink is told of a payment only, and once.</summary>
    public static TheoryData<string, bool> InEitherOrder =>
        new()
        {
            { "duel", false },
            { "duel", true },
            { "retrack", false },
            { "retrack", true },
            { "katalys", false },
            { "katalys", true },
        };

    [Theory]
    [MemberData(nameof(InEitherOrder))]
    public void Of_the_same_status_the_larger_id_wins_whichever_comes_first(string provider, bool largerFirst)
    {
        Set(provider, 1, Smaller, Larger);
        Deliver(largerFirst ? Larger : Smaller);
        Deliver(largerFirst ? Smaller : Larger);

        ComesToRest();

        Assert.Equal((Larger.Id, DeliveryState.Delivered), (Stage.Entry.Version.EventId, Stage.Entry.State));
        Assert.Equal(largerFirst ? 1 : 2, Writes());
        Assert.Contains(Stage.Model.Belief, Stage.Model.RightBeliefs(isParked: false));
    }

    [Theory]
    [MemberData(nameof(InEitherOrder))]
    public void The_later_status_wins_whatever_the_ids_and_whichever_comes_first(string provider, bool laterFirst)
    {
        Set(provider, 1, Larger, LaterState);
        Deliver(laterFirst ? LaterState : Larger);
        Deliver(laterFirst ? Larger : LaterState);

        ComesToRest();

        Assert.Equal(OrderStatus.PartiallyRefunded, Stage.Entry.Version.Status);
        Assert.Equal(laterFirst ? 1 : 2, Writes());
        Assert.Contains(Stage.Model.Belief, Stage.Model.RightBeliefs(isParked: false));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Two_workers_that_each_have_one_of_them_agree(string provider)
    {
        Set(provider, 2, Smaller, Larger);
        Stage.Send(Larger);
        Stage.Send(Smaller);
        var (first, second) = (Take(), Take());
        Through(second);
        Through(first);
        ToCall(second);
        ToEnd(first);
        ToEnd(second);

        ComesToRest();

        Assert.Equal(Larger.Id, Stage.Entry.Version.EventId);
        Assert.Contains(Stage.Model.Belief, Stage.Model.RightBeliefs(isParked: false));
    }

    [Theory]
    [MemberData(nameof(InEitherOrder))]
    public void Of_the_same_status_the_one_accepted_later_wins_whichever_comes_first(string provider, bool laterFirst)
    {
        var later = Smaller with { Accepted = 1 };
        Set(provider, 1, Larger, later);
        Deliver(laterFirst ? later : Larger);
        Deliver(laterFirst ? Larger : later);

        ComesToRest();

        Assert.Equal((later.Id, DeliveryState.Delivered), (Stage.Entry.Version.EventId, Stage.Entry.State));
        Assert.Equal(laterFirst ? 1 : 2, Writes());
        Assert.Equal(
            laterFirst ? [later.Id] : [Larger.Id, later.Id],
            Stage.Entry.Attempts.Select(attempt => attempt.EventId).Distinct()
        );
        Assert.Contains(Stage.Model.Belief, Stage.Model.RightBeliefs(isParked: false));
    }

    private int Writes() => Stage.Entry.Attempts.Count(attempt => attempt.Purpose != "look-up");
}
