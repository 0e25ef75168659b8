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

    private static LedgerEntry Entry(OrderVersion version) => new("1001", "duel", version, DeliveryState.Retrying);

    private static LedgerEntry Concluded(LedgerEntry entry, Outcome outcome) =>
        OrderProgress.Conclude(entry, Event, "duel", outcome, told: null, deadLetter: null);

    private static LedgerEntry Learned(LedgerEntry entry, PriorState known) =>
        OrderProgress.Learn(entry, Event, "duel", Ours, known, sent: null, []);
}
