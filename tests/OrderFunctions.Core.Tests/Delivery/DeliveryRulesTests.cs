using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class DeliveryRulesTests
{
    private static readonly OrderEvent Event = Samples.Event();

    private readonly DuelProvider _duel = new(new DuelOptions { Enabled = true });

    [Fact]
    public void An_order_that_nothing_is_known_of_is_told() =>
        Assert.Equal("upsert", ProviderCase.Sent(DeliveryRules.NextStep(_duel, Event, null, false)).Purpose);

    [Fact]
    public void A_disabled_provider_is_told_nothing() =>
        Assert.Equal(
            new Step.Skip("duel is disabled"),
            DeliveryRules.NextStep(new DuelProvider(new DuelOptions()), Event, null, false)
        );

    [Fact]
    public void An_event_for_others_is_skipped()
    {
        var forOthers = Samples.Event(json => json["providers"] = ProviderCase.Parsed("""["Katalys", "retrack"]"""));

        Assert.Equal(
            new Step.Skip("the event is for retrack, katalys only"),
            DeliveryRules.NextStep(_duel, forOthers, null, false)
        );
    }

    [Fact]
    public void The_event_that_was_told_last_is_not_told_again()
    {
        var skip = ProviderCase.Skipped(DeliveryRules.NextStep(_duel, Event, Entry(Event.Version), false));

        Assert.Equal("already told", skip.Reason);
    }

    [Fact]
    public void The_same_moment_in_another_time_zone_is_the_same_version()
    {
        var elsewhere = Event.Version with { OccurredAt = Event.OccurredAt.ToUniversalTime() };

        Assert.Equal(
            "already told",
            ProviderCase.Skipped(DeliveryRules.NextStep(_duel, Event, Entry(elsewhere), false)).Reason
        );
    }

    [Fact]
    public void An_event_older_than_what_was_told_is_superseded()
    {
        var newer = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(1) };

        Assert.Equal(
            "superseded by a newer event",
            ProviderCase.Skipped(DeliveryRules.NextStep(_duel, Event, Entry(newer), false)).Reason
        );
    }

    [Fact]
    public void Of_two_events_of_one_moment_the_later_state_supersedes()
    {
        var cancelled = Event.Version with { Status = OrderStatus.Cancelled, EventId = "0" };

        Assert.Equal(
            "superseded by a newer event",
            ProviderCase.Skipped(DeliveryRules.NextStep(_duel, Event, Entry(cancelled), false)).Reason
        );
    }

    [Fact]
    public void An_event_newer_than_what_was_told_is_told()
    {
        var older = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(-1) };

        ProviderCase.Sent(DeliveryRules.NextStep(_duel, Event, Entry(older), false));
    }

    [Fact]
    public void An_entry_that_settled_nothing_holds_nothing_back() =>
        ProviderCase.Sent(DeliveryRules.NextStep(_duel, Event, Entry(settled: null), false));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_provider_learns_what_the_ledger_knows(bool mayHaveArrived)
    {
        var entry = Entry(null) with { Told = true, Reference = "uuid-1" };

        Assert.Equal(
            new PriorState(true, "uuid-1", mayHaveArrived),
            DeliveryRules.PriorStateFrom(entry, Event, mayHaveArrived)
        );
        Assert.Equal(
            new PriorState(false, null, mayHaveArrived),
            DeliveryRules.PriorStateFrom(null, Event, mayHaveArrived)
        );
    }

    [Fact]
    public void An_event_older_than_one_under_way_is_superseded()
    {
        var begun = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(1) };

        Assert.Equal(
            "superseded by a newer event, which is under way",
            ProviderCase.Skipped(DeliveryRules.NextStep(_duel, Event, Entry(null) with { Begun = begun }, false)).Reason
        );
    }

    [Fact]
    public void An_event_under_way_is_told_again_and_so_is_a_newer_one()
    {
        var older = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(-1) };

        ProviderCase.Sent(DeliveryRules.NextStep(_duel, Event, Entry(null) with { Begun = Event.Version }, false));
        ProviderCase.Sent(DeliveryRules.NextStep(_duel, Event, Entry(null) with { Begun = older }, false));
    }

    [Fact]
    public void Only_another_event_under_way_is_owed()
    {
        var older = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(-1) };

        Assert.True(Owed(Entry(null) with { Begun = older }));
        Assert.False(Owed(Entry(null) with { Begun = Event.Version }));
        Assert.False(Owed(Entry(older) with { Begun = older }));
        Assert.False(Owed(Entry(null)));

        static bool Owed(LedgerEntry entry) => DeliveryRules.PriorStateFrom(entry, Event, mayHaveArrived: false).Owed;
    }

    private static LedgerEntry Entry(OrderVersion? settled) =>
        new("1001", "duel", settled ?? Event.Version, DeliveryState.Delivered) { Settled = settled };
}
