using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Lives.Simulated;
using OrderFunctions.Ledger;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>What went wrong in lives that were generated, each named after it.</summary>
public sealed class LifeRegressionTests : StageTest
{
    [Theory]
    [InlineData("duel")]
    [InlineData("katalys")]
    [InlineData("retrack")]
    public void A_late_payment_was_told_after_a_cancellation_whose_answer_was_lost(string provider)
    {
        Set(provider, 1, Pending, Paid, Cancelled);
        Deliver(Pending);
        Deliver(Cancelled, new Fault.AnswerLost());

        Deliver(Paid);

        ComesToRest();
        Assert.Contains(Stage.Model.Belief, Stage.Model.RightBeliefs(isParked: false));
        Assert.Empty(Stage.Parked);
        Assert.Equal((Cancelled.Id, DeliveryState.Delivered), (Stage.Entry.Version.EventId, Stage.Entry.State));
    }

    [Theory]
    [InlineData("duel")]
    [InlineData("katalys")]
    public void A_cancellation_without_an_e_mail_address_was_skipped_and_the_late_payment_told(string provider)
    {
        var bare = Cancelled with { IsBare = true };
        Set(provider, 1, Paid, bare);
        Deliver(bare);

        Deliver(Paid);

        ComesToRest();
        Assert.Contains("cancelled", Stage.Model.Belief);
        Assert.Equal((bare.Id, DeliveryState.Delivered), (Stage.Entry.Version.EventId, Stage.Entry.State));
        Assert.Single(Stage.Entry.Attempts);
    }

    [Theory]
    [InlineData("duel")]
    [InlineData("katalys")]
    public void A_cancellation_without_an_e_mail_address_was_skipped_though_the_payment_had_arrived(string provider)
    {
        var bare = Cancelled with { IsBare = true };
        Set(provider, 1, Paid, bare);
        Deliver(Paid, new Fault.AnswerLost());

        Deliver(bare);

        ComesToRest();
        Assert.Contains("cancelled", Stage.Model.Belief);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_partial_refund_that_did_not_know_the_customer_was_skipped_while_the_payment_was_retried(
        string provider
    )
    {
        var bare = PartlyRefunded with { HasEmail = false, Origin = Origin.Unsaid };
        Set(provider, 1, Paid, bare);
        Deliver(Paid, new Fault.Answered(429, IsServed: false));

        Deliver(bare);

        Assert.Equal((bare.Id, DeliveryState.Delivered), (Stage.Entry.Version.EventId, Stage.Entry.State));
        ComesToRest();
        Assert.Contains(Stage.Model.Belief, Stage.Model.RightBeliefs(isParked: false));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void A_payment_was_told_in_full_after_a_partial_refund_that_did_not_know_the_customer(string provider)
    {
        var bare = PartlyRefunded with { HasEmail = false, Origin = Origin.Unsaid };
        Set(provider, 1, Paid, bare);
        Deliver(bare);
        Assert.Equal((bare.Id, DeliveryState.Retrying), (Stage.Entry.Version.EventId, Stage.Entry.State));
        Assert.Empty(Stage.Entry.Attempts);

        Deliver(Paid);

        Assert.Equal((bare.Id, DeliveryState.Delivered), (Stage.Entry.Version.EventId, Stage.Entry.State));
        ComesToRest();
        Assert.Empty(Stage.Parked);
        Assert.Contains("50", Stage.Model.Belief);
        Assert.Single(Stage.Entry.Attempts, attempt => attempt.Purpose != "look-up");
    }

    [Theory]
    [InlineData("avantlink")]
    [InlineData("retrack")]
    public void A_payment_that_nobody_said_the_origin_of_is_told_when_it_is_said_hours_later(string provider)
    {
        var bare = Paid with { Origin = Origin.Unsaid };
        Set(provider, 1, Pending, bare);
        Deliver(bare);
        ComesToRest();
        Assert.Equal((bare.Id, DeliveryState.Skipped), (Stage.Entry.Version.EventId, Stage.Entry.State));
        Stage.WaitUntil(Stage.Now + TimeSpan.FromHours(5));

        Deliver(Pending);

        ComesToRest();
        Assert.Equal((bare.Id, DeliveryState.Delivered), (Stage.Entry.Version.EventId, Stage.Entry.State));
        Assert.Contains(Stage.Model.Belief, Stage.Model.RightBeliefs(isParked: false).OfType<string>());
    }

    [Fact]
    public void What_came_first_and_was_skipped_is_not_undone_by_what_is_older()
    {
        var fromNowhere = PartlyRefunded with { Origin = Origin.None };
        Set("retrack", 1, Paid, fromNowhere);
        Deliver(fromNowhere);

        Deliver(Paid);
        ComesToRest();

        Assert.Null(Stage.Model.Belief);
        Assert.Contains($"A newer event, {fromNowhere.Id}, came first", Assert.Single(Stage.Parked).Description);
    }

    [Fact]
    public void A_changed_order_that_Retrack_had_approved_with_its_old_sums_counted_as_delivered()
    {
        var changed = Paid with { Minute = 2, Id = "changed", Total = 80 };
        Set("retrack", 1, Paid, changed);
        Deliver(Paid, new Fault.AnswerLost());
        Stage.Approve();

        Deliver(changed);
        ComesToRest();

        Assert.Equal((changed.Id, DeliveryState.Parked), (Stage.Entry.Version.EventId, Stage.Entry.State));
        Stage.Replay();
        ComesToRest();
        Assert.Contains("has approved transaction", Assert.Single(Stage.Parked).Description);
    }

    [Fact]
    public void It_still_counted_as_delivered_where_the_changed_order_s_worker_had_died_before_its_call()
    {
        var changed = Paid with { Minute = 2, Id = "changed", Total = 80 };
        Set("retrack", 1, Paid, changed);
        Deliver(Paid, new Fault.AnswerLost());
        Stage.Approve();
        Stage.Send(changed);
        var worker = Take();
        ToCall(worker);
        Stage.Kill(worker);

        ComesToRest();

        Assert.Equal((changed.Id, DeliveryState.Parked), (Stage.Entry.Version.EventId, Stage.Entry.State));
        Assert.Contains("has approved transaction", Assert.Single(Stage.Parked).Description);
    }

    [Fact]
    public void AvantLink_was_told_of_a_payment_that_had_been_taken_back()
    {
        var bounced = Pending with { Minute = 2, Id = "bounced" };
        Set("avantlink", 1, Paid, bounced);
        Deliver(bounced);

        Deliver(Paid);

        ComesToRest();
        Assert.Null(Stage.Model.Belief);

        Deliver(Paid with { Minute = 3, Id = "paid after all" });
        Assert.NotNull(Stage.Model.Belief);
    }

    [Fact]
    public void A_delivery_whose_completion_was_lost_ten_times_was_shown_as_retrying_for_ever()
    {
        Set("duel", 1, Paid);
        Stage.Send(Paid);
        for (var i = 0; i < Entities.MostDeliveries; i++)
        {
            var worker = Take();
            while (worker.FaultPoint is { } point)
            {
                Stage.Pass(worker, point.IsCompletion ? new Fault.NotSent() : new Fault.None());
            }

            Stage.WaitUntil(Stage.NextDue!.Value);
        }

        ComesToRest();

        Assert.Equal((DeliveryState.Delivered, 0), (Stage.Entry.State, Stage.Model.Repeats));
    }

    [Fact]
    public void A_delivery_that_was_parked_while_the_ledger_was_down_was_shown_as_retrying_for_ever()
    {
        Set("duel", 1, Paid);
        Stage.Model.Provider.Options.RetryDelays = [];
        Stage.Send(Paid);
        for (var i = 0; i < Entities.MostDeliveries; i++)
        {
            var worker = Take();
            ToCall(worker);
            Stage.Kill(worker);
            Stage.WaitUntil(Stage.NextDue!.Value);
        }

        Assert.Null(Stage.Take(Stage.Queue));
        Stage.Pass(Stage.Take(Entities.Retry)!, new Fault.NotSent());
        ComesToRest();

        Assert.Equal(DeadLetterReasons.RetriesExhausted, Assert.Single(Stage.Parked).Reason);
        Assert.Equal(DeliveryState.Parked, Stage.Entry.State);
    }

    [Fact]
    public void A_worker_that_was_slower_parked_what_another_had_delivered()
    {
        Set("duel", 2, Paid);
        Stage.Send(Paid);
        var slow = Take();
        ToCall(slow);
        Stage.Pass(slow, new Fault.Answered(400, IsServed: false));
        Stage.WaitUntil(Stage.Now + Entities.LockDuration + TimeSpan.FromSeconds(1));
        ToEnd(Take());
        Assert.Equal(DeliveryState.Delivered, Stage.Entry.State);

        ToEnd(slow);

        Assert.Equal(DeliveryState.Delivered, Stage.Entry.State);
        ComesToRest();
    }
}
