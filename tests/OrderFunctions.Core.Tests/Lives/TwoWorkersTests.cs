using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Lives.Simulated;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>Two workers on one order at one provider: the ledger's compare-and-set, step by step.</summary>
public sealed class TwoWorkersTests : StageTest
{
    private static readonly TimeSpan LongerThanAClaim = Entities.LockDuration + TimeSpan.FromSeconds(1);

    [Theory]
    [MemberData(nameof(Providers))]
    public void Of_two_that_read_the_ledger_at_once_one_tells_and_the_other_steps_back(string provider)
    {
        Set(provider, 2, Paid);
        Stage.Send(Paid);
        Stage.Send(Paid);
        var (first, second) = (Take(), Take());
        Through(first);
        Through(second);
        Assert.Equal(("write the ledger", "write the ledger"), (first.FaultPoint?.Name, second.FaultPoint?.Name));

        Through(first);
        Through(second);
        Through(second);

        Assert.True(first.FaultPoint?.IsCall);
        Assert.StartsWith("dead-letter the message (another worker is telling", second.FaultPoint?.Name);
        ToEnd(first);
        ComesToRest();
        Assert.Equal((DeliveryState.Delivered, 0), (Stage.Entry.State, Stage.Model.Repeats));
        Assert.Single(Stage.Entry.Attempts);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Who_steps_back_is_back_in_five_seconds_and_holds_nothing_meanwhile(string provider)
    {
        var newer = Paid with { Id = "newer", Minute = 2, Total = 100 };
        Set(provider, 2, Paid, newer);
        Stage.Send(Paid);
        var first = Take();
        ToCall(first);
        Stage.Send(newer);
        ToEnd(Take());
        ToEnd(Stage.Take(Entities.Retry)!);

        Assert.Null(Stage.Take(Stage.Queue));
        Assert.Equal(Stage.Now + TimeSpan.FromSeconds(5), Stage.NextDue);
        ToEnd(first);
        Assert.Null(Stage.Entry.Claim);
        ComesToRest();
        Assert.Equal(newer.Id, Stage.Entry.Version.EventId);
        Assert.Contains(Stage.Model.Belief, Stage.Model.RightBeliefs(isParked: false));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_worker_that_died_before_its_call_is_taken_over_when_its_message_is_free_and_not_before(
        string provider
    )
    {
        Set(provider, 2, Paid);
        Stage.Send(Paid);
        var first = Take();
        ToCall(first);
        var start = Stage.Now;
        Stage.Kill(first);

        Assert.Null(Stage.Take(Stage.Queue));
        Assert.Equal(start + Entities.LockDuration, Stage.NextDue);
        ComesToRest();

        Assert.Equal((DeliveryState.Delivered, 0), (Stage.Entry.State, Stage.Model.Repeats));
        Assert.Equal(start + Entities.LockDuration, Stage.Entry.Attempts[0].At);
    }

    [Theory]
    [InlineData("duel", 1)]
    [InlineData("avantlink", 1)]
    [InlineData("katalys", 1)]
    [InlineData("retrack", 1)] // looked up, and updated to the same: never a second transaction
    public void A_worker_that_died_after_its_call_is_taken_over_with_one_repeat_at_the_most(
        string provider,
        int repeats
    )
    {
        Set(provider, 2, Paid);
        Stage.Send(Paid);
        var first = Take();
        ToCall(first);
        Through(first);
        Stage.Kill(first);
        var told = Stage.Model.Belief;
        Assert.NotNull(told);

        ComesToRest();

        Assert.Equal((DeliveryState.Delivered, repeats), (Stage.Entry.State, Stage.Model.Repeats));
        Assert.Equal(told, Stage.Model.Belief);
    }

    [Fact]
    public void At_Retrack_a_dead_workers_create_is_found_before_anything_is_sent()
    {
        Set("retrack", 2, Paid);
        Stage.Send(Paid);
        var first = Take();
        ToCall(first);
        Through(first);
        Stage.Kill(first);

        ComesToRest();

        Assert.Equal(["look-up", "update"], Stage.Entry.Attempts.Select(attempt => attempt.Purpose));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_worker_that_slept_past_its_claim_makes_no_call_any_more(string provider)
    {
        Set(provider, 2, Paid);
        Stage.Send(Paid);
        var sleeper = Take();
        Through(sleeper);
        Stage.WaitUntil(Stage.Now + LongerThanAClaim);

        // Its claim is saved only now, and has run out already.
        Through(sleeper);

        Assert.False(sleeper.FaultPoint?.IsCall);
        ToEnd(sleeper);
        ComesToRest();
        Assert.Equal((DeliveryState.Delivered, 0), (Stage.Entry.State, Stage.Model.Repeats));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void What_a_sleeper_writes_late_leaves_the_next_workers_claim_and_the_newer_event_alone(string provider)
    {
        var newer = Paid with { Id = "newer", Minute = 2, Total = 100 };
        Set(provider, 3, Paid, newer);
        Stage.Send(Paid);
        var sleeper = Take();
        ToCall(sleeper);
        Through(sleeper);
        Stage.WaitUntil(Stage.Now + LongerThanAClaim);
        Stage.Send(newer);
        var (again, next) = (Take(), Take());
        Assert.Equal((Paid, newer), (again.Event, next.Event));
        Through(next);
        Through(next);
        var claim = Stage.Entry.Claim;

        ToEnd(sleeper);

        Assert.Equal(claim, Stage.Entry.Claim);
        Assert.True(Stage.Entry.Delivered, "The sleeper's call counts all the same.");
        ComesToRest();
        Assert.Equal((newer.Id, (Claim?)null), (Stage.Entry.Version.EventId, Stage.Entry.Claim));
        Assert.True(Stage.Entry.HasConcluded(Stage.Entry.Version) || provider == "avantlink");
        Assert.Equal(0, Stage.Model.Repeats);
    }
}
