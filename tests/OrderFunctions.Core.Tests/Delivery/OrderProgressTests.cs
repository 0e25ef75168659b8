using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class OrderProgressTests
{
    private static readonly OrderEvent Event = Samples.Event();
    private static readonly OrderVersion Older = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(-1) };
    private static readonly OrderVersion Newer = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(1) };
    private static readonly Claim Ours = new(new Guid(1, 2, 3, new byte[8]), Event.OccurredAt);
    private static readonly Claim Theirs = new(new Guid(4, 5, 6, new byte[8]), Event.OccurredAt.AddMinutes(5));
    private static readonly Outcome Delivered = new Outcome.Delivered("uuid");
    private static readonly PriorState Uncertain = PriorState.Nothing with { MayHaveArrived = true };
    private static readonly DeadLetter Parked = new(DeadLetterReasons.Rejected, "answered 400", null, 0, 1);

    [Fact]
    public void A_late_delivery_does_not_take_the_ledger_back_to_its_older_event()
    {
        var entry = Concluded(Entry(Newer) with { Concluded = Newer }, Delivered);

        Assert.Equal((Newer, true, "uuid"), (entry.Concluded, entry.Delivered, entry.Reference));
    }

    [Theory]
    // What the provider has of another event is not in doubt, or what it refuses of this one would count as told.
    [InlineData(true, false, true)]
    [InlineData(false, false, false)]
    // One that takes an order once would be told nothing.
    [InlineData(true, true, false)]
    public void Told_anew_it_counts_as_told_only_where_another_event_was(bool isOther, bool isToldOnce, bool delivered)
    {
        var entry = Entry(Event.Version) with { Concluded = isOther ? Older : Event.Version, Delivered = true };
        var ask = new AskedAgain(["duel"], Event.OccurredAt, "kim", IsForced: true);

        var reopened = OrderProgress.Reopen(entry, Event.Version, ask, isToldOnce);

        Assert.Equal((delivered, true), (reopened.Delivered, reopened.MayHaveArrived));
        Assert.Equal(isOther ? Older : null, reopened.Concluded);
        Assert.False(reopened.HasConcluded(Event.Version));
    }

    [Fact]
    public void A_delivery_settles_what_is_older()
    {
        Assert.Equal(Event.Version, Concluded(Entry(Event.Version) with { Concluded = Older }, Delivered).Concluded);
        Assert.Equal(Event.Version, Concluded(Entry(Event.Version), Delivered).Concluded);
    }

    [Fact]
    public void A_claim_is_freed_by_its_holder_alone()
    {
        Assert.Null(Learned(Entry(Event.Version) with { Claim = Ours }, PriorState.Nothing).Claim);
        Assert.Equal(Theirs, Learned(Entry(Event.Version) with { Claim = Theirs }, PriorState.Nothing).Claim);
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)] // its own: what came before is resolved
    [InlineData(false, false, true)] // another's may be under way
    public void What_another_worker_left_uncertain_stays_so(bool isOurs, bool isUncertain, bool expected)
    {
        var entry = Entry(Event.Version) with { Claim = isOurs ? Ours : Theirs, MayHaveArrived = true };

        Assert.Equal(expected, Learned(entry, PriorState.Nothing with { MayHaveArrived = isUncertain }).MayHaveArrived);
    }

    [Fact]
    public void A_failure_after_another_worker_s_delivery_changes_nothing()
    {
        var concluded = Entry(Event.Version) with { Concluded = Event.Version, State = DeliveryState.Delivered };

        Assert.Equal(concluded, Concluded(concluded, new Outcome.Skipped("already told")));
        Assert.Equal(concluded, Learned(concluded, PriorState.Nothing));
    }

    [Fact]
    public void An_event_that_was_begun_and_then_skipped_holds_nothing_up()
    {
        var skipped = new Outcome.Skipped("duel is disabled");

        Assert.Null(Concluded(Entry(Event.Version) with { Started = Event.Version }, skipped).Started);
        Assert.Equal(Newer, Concluded(Entry(Newer) with { Started = Newer }, skipped).Started);
    }

    [Fact]
    public void An_event_that_lacks_something_is_kept_without_what_the_memory_has()
    {
        var kept = Concluded(Entry(Event.Version), new Outcome.Skipped("no attribution") { IsIncomplete = true });

        Assert.Equal(Event.Version, kept.Incomplete!.Version);
        Assert.Equal(Customer.Unknown, kept.Incomplete.Event.Order.Customer);
        Assert.Equal(Address.Unknown, kept.Incomplete.Event.Order.ShippingAddress);
        Assert.Null(kept.Incomplete.Event.Attribution);
        Assert.Equal(Event.Order.Total, kept.Incomplete.Event.Order.Total);
    }

    [Fact]
    public void A_newer_event_that_lacks_something_is_kept_until_it_is_told_or_superseded()
    {
        var newer = new IncompleteEvent(Event with { OccurredAt = Newer.OccurredAt }, null);
        var older = new IncompleteEvent(Event with { OccurredAt = Older.OccurredAt }, null);

        Assert.Equal(newer, Concluded(Entry(Newer) with { Incomplete = newer }, Delivered).Incomplete);
        Assert.Null(Concluded(Entry(Older) with { Incomplete = older }, Delivered).Incomplete);
        Assert.Null(OrderProgress.Start(Entry(Older) with { Incomplete = older }, Event, Ours).Incomplete);
    }

    [Fact]
    public void What_is_left_is_the_newest_event_s_word()
    {
        var half = new ToldGoods("SEK", 50, []);
        var skipped = new Outcome.Skipped("less is left") { Left = half };

        Assert.Equal(half, Concluded(Entry(Event.Version), skipped).Left);
        Assert.Null(Concluded(Entry(Newer), skipped).Left);
    }

    [Fact]
    public void A_request_whose_answer_was_lost_may_have_made_the_lists_at_the_provider_longer()
    {
        var last = new ToldOrder { LineItems = 1, Discounts = 2 };
        var sent = new ToldOrder { LineItems = 3, Discounts = 1 };

        Assert.Equal(new ToldOrder { LineItems = 3, Discounts = 2 }, ToldLast(isLost: true));
        Assert.Equal(last, ToldLast(isLost: false));

        ToldOrder? ToldLast(bool isLost) =>
            OrderProgress
                .Learn(
                    Entry(Event.Version) with
                    {
                        Claim = Ours,
                        ToldLast = last,
                    },
                    Event,
                    "katalys",
                    Ours,
                    PriorState.Nothing with
                    {
                        MayHaveArrived = isLost,
                    },
                    sent,
                    []
                )
                .ToldLast;
    }

    [Fact]
    public void An_event_is_started_with_its_claim()
    {
        var started = OrderProgress.Start(Entry(Event.Version), Event, Ours);

        Assert.Equal((Ours, Event.Version), (started.Claim, started.Started));
    }

    [Fact]
    public void A_worker_that_starts_an_older_event_takes_nothing_back_of_the_newer_one()
    {
        var entry = Entry(Newer) with { Started = Newer, Incomplete = Waiting(Newer) };

        var started = OrderProgress.Start(entry, Event, Ours);

        Assert.Equal((Newer, Newer, true), (started.Version, started.Started, started.StartedOverAnother));
        Assert.Equal(Waiting(Newer), started.Incomplete);
    }

    [Fact]
    public void An_event_started_over_another_may_find_that_one_at_the_provider_until_it_is_concluded()
    {
        var over = OrderProgress.Start(Entry(Older) with { Started = Older }, Event, Ours);

        Assert.True(over.StartedOverAnother);
        Assert.True(over.HasOtherUnderWay(Event.Version));
        Assert.True(OrderProgress.Start(over, Event, Theirs).StartedOverAnother);
        Assert.False((over with { Concluded = Event.Version }).HasOtherUnderWay(Newer));
        Assert.False(
            OrderProgress
                .Start(Entry(Older) with { Started = Older, Concluded = Older }, Event, Ours)
                .StartedOverAnother
        );
    }

    [Fact]
    public void An_event_that_is_taken_up_anew_is_no_longer_parked()
    {
        var parked = Entry(Event.Version) with
        {
            State = DeliveryState.Parked,
            Reason = "answered 400",
            NextAttemptAt = Event.OccurredAt,
        };

        var started = OrderProgress.Start(parked, Event, Ours);

        Assert.Equal((DeliveryState.Retrying, null, null), (started.State, started.Reason, started.NextAttemptAt));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void A_worker_whose_claim_went_to_another_leaves_a_doubt_only_where_it_made_a_call(
        int calls,
        bool isUncertain
    )
    {
        Attempt[] attempts = [.. Enumerable.Repeat(Attempted("retry"), calls)];
        var entry = Entry(Event.Version) with { Claim = Theirs };

        var learned = OrderProgress.Learn(entry, Event, "duel", Ours, Uncertain, sent: null, attempts);

        Assert.Equal(isUncertain, learned.MayHaveArrived);
        Assert.Equal(attempts, learned.Attempts);
    }

    [Fact]
    public void A_worker_whose_claim_went_to_another_leaves_the_state_to_that_one()
    {
        var parked = Entry(Older) with { Claim = Theirs, State = DeliveryState.Parked, Reason = "answered 400" };

        Assert.Equal(parked, Learned(parked, PriorState.Nothing));
        Assert.Equal(
            (Event.Version, DeliveryState.Retrying),
            (
                Learned(parked with { Claim = Ours }, PriorState.Nothing).Version,
                Learned(parked with { Claim = Ours }, PriorState.Nothing).State
            )
        );
    }

    [Fact]
    public void A_reference_stays_on_record_until_another_is_learned()
    {
        var entry = Entry(Event.Version) with { Claim = Ours, Reference = "uuid-1" };

        Assert.Equal("uuid-1", Learned(entry, PriorState.Nothing).Reference);
        Assert.Equal("uuid-2", Learned(entry, PriorState.Nothing with { Reference = "uuid-2" }).Reference);
        Assert.Equal("uuid-1", Concluded(entry, new Outcome.Delivered()).Reference);
        Assert.Equal("uuid-2", Concluded(entry, new Outcome.Delivered("uuid-2")).Reference);
    }

    [Fact]
    public void A_delivery_is_what_the_provider_was_told_last_and_a_failure_is_not()
    {
        var (before, told) = (new ToldOrder { Request = "before" }, new ToldOrder { Request = "told" });
        var entry = Entry(Event.Version) with { ToldLast = before };

        Assert.Equal(told, Told(Delivered));
        Assert.Equal(before, Told(new Outcome.Skipped("not yet paid")));

        ToldOrder? Told(Outcome outcome) =>
            OrderProgress.Conclude(entry, Event, "duel", outcome, told, deadLetter: null).ToldLast;
    }

    [Fact]
    public void Only_a_skip_that_makes_older_events_pointless_concludes_them()
    {
        var entry = Entry(Event.Version) with { Concluded = Older };

        Assert.Equal(Event.Version, Concluded(entry, new Outcome.Skipped("not yet paid", Supersedes: true)).Concluded);
        Assert.Equal(Older, Concluded(entry, new Outcome.Skipped("not attributable")).Concluded);
    }

    [Fact]
    public void What_is_left_has_the_time_at_which_the_order_came_to_be_so()
    {
        var half = new ToldGoods("SEK", 50, []);
        var before = Entry(Event.Version) with { Left = half with { Amount = 70 }, LeftAt = Older.OccurredAt };

        var left = Concluded(before, new Outcome.Skipped("less is left") { Left = half });
        var same = Concluded(before, new Outcome.Skipped("not attributable"));

        Assert.Equal((half, Event.OccurredAt, TimeSpan.Zero), (left.Left, left.LeftAt, left.LeftAt?.Offset));
        Assert.Equal((before.Left, before.LeftAt), (same.Left, same.LeftAt));
        Assert.Null(Concluded(Entry(Newer), new Outcome.Skipped("less is left") { Left = half }).LeftAt);
    }

    [Fact]
    public void An_event_that_waits_is_still_to_be_told_after_a_failure_and_not_after_a_skip()
    {
        var entry = Entry(Event.Version) with { Incomplete = Waiting(Event.Version) };

        Assert.Equal(entry.Incomplete, DeadLettered(new Outcome.Rejected("answered 400")).Incomplete);
        Assert.Equal(entry.Incomplete, DeadLettered(new Outcome.Retry("down", new RetryTiming.NextSlot())).Incomplete);
        Assert.Null(Concluded(entry, new Outcome.Skipped("not attributable")).Incomplete);

        LedgerEntry DeadLettered(Outcome outcome) =>
            OrderProgress.Conclude(entry, Event, "duel", outcome, told: null, Parked);
    }

    [Fact]
    public void An_event_that_waits_is_kept_with_the_time_of_its_acceptance_and_without_its_consent()
    {
        var accepted = Event with { AcceptedAt = Newer.OccurredAt, Providers = ["duel"] };

        var kept = OrderProgress.Conclude(
            null,
            accepted,
            "duel",
            new Outcome.Skipped("no attribution") { IsIncomplete = true },
            told: null,
            deadLetter: null
        );

        Assert.Equal(Newer.OccurredAt, kept.Incomplete!.AcceptedAt);
        Assert.Null(kept.Incomplete.Event.Providers);
        Assert.Null(kept.Incomplete.Event.Order.BillingAddress);
    }

    [Fact]
    public void A_dead_worker_s_claim_is_dropped_and_what_it_did_is_in_doubt()
    {
        var dropped = OrderProgress.WithoutDeadClaim(Entry(Event.Version) with { Claim = Theirs })!;

        Assert.Equal((null, true), (dropped.Claim, dropped.MayHaveArrived));
        Assert.False(OrderProgress.WithoutDeadClaim(Entry(Event.Version))!.MayHaveArrived);
    }

    [Fact]
    public void A_discarded_event_is_closed_with_the_person_s_note_and_goes_on_no_more()
    {
        var parked = Entry(Event.Version) with
        {
            State = DeliveryState.Parked,
            NextAttemptAt = Event.OccurredAt,
            Incomplete = Waiting(Event.Version),
        };

        var discarded = OrderProgress.Discard(parked, Event, "duel", "told by hand")!;

        Assert.Equal(
            (DeliveryState.Discarded, "told by hand", null, Event.Version),
            (discarded.State, discarded.Reason, discarded.NextAttemptAt, discarded.Concluded)
        );
        Assert.Null(discarded.Incomplete);
        Assert.Equal("told by hand", OrderProgress.Discard(null, Event, "duel", "told by hand")!.Reason);
        Assert.Null(OrderProgress.Discard(discarded, Event, "duel", "once more"));
    }

    [Fact]
    public void An_older_event_that_is_discarded_leaves_the_newer_one_as_it_waits()
    {
        var entry = Entry(Newer) with { State = DeliveryState.Retrying, Incomplete = Waiting(Newer) };

        Assert.Equal(entry with { Concluded = Event.Version }, OrderProgress.Discard(entry, Event, "duel", "old"));
    }

    [Fact]
    public void The_last_attempt_tells_what_went_wrong_if_it_failed()
    {
        var refused = Attempted("rejected") with { Purpose = "upsert", Detail = "answered 400: no such product" };

        Assert.Equal("upsert; answered 400: no such product", LastOf(Attempted("delivered"), refused));
        Assert.Null(LastOf(refused, Attempted("delivered")));
        Assert.Null(LastOf(refused, Attempted("found")));
        Assert.Null(LastOf());

        static string? LastOf(params Attempt[] attempts) =>
            OrderProgress.LastFailedAttempt(Entry(Event.Version) with { Attempts = attempts });
    }

    [Fact]
    public void An_event_s_last_failure_is_the_end_of_its_newest_attempt_if_that_is_to_be_repeated()
    {
        var failed = Attempted("retry") with { DurationMs = 2_000 };
        var entry = Entry(Event.Version) with { Attempts = [failed] };

        Assert.Equal(failed.At.AddSeconds(2), OrderProgress.LastFailure(entry, Event.Version));
        Assert.Null(OrderProgress.LastFailure(entry, Newer));
        Assert.Null(OrderProgress.LastFailure(entry with { Attempts = [failed, Attempted("found")] }, Event.Version));
        Assert.Null(OrderProgress.LastFailure(null, Event.Version));
    }

    private static LedgerEntry Entry(OrderVersion version) => new("1001", "duel", version, DeliveryState.Retrying);

    private static LedgerEntry Concluded(LedgerEntry entry, Outcome outcome) =>
        OrderProgress.Conclude(entry, Event, "duel", outcome, told: null, deadLetter: null);

    private static LedgerEntry Learned(LedgerEntry entry, PriorState known) =>
        OrderProgress.Learn(entry, Event, "duel", Ours, known, sent: null, []);

    private static IncompleteEvent Waiting(OrderVersion version) =>
        new(Event with { OccurredAt = version.OccurredAt }, AcceptedAt: null);

    private static Attempt Attempted(string outcome) =>
        new(Event.OccurredAt, Event.EventId, "upsert", 1, 6, outcome, 500, 0, null);
}
