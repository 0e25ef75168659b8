using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class DeliveryDecisionTests
{
    private static readonly OrderEvent Event = Samples.Event();
    private static readonly LedgerOptions Options = new();

    private readonly DuelProvider _duel = new(new DuelOptions { Enabled = true });

    [Fact]
    public void An_order_that_nothing_is_known_of_is_told() =>
        Assert.Equal("upsert", ProviderCase.Sent(Step(_duel, Event, null)).Purpose);

    [Fact]
    public void A_disabled_provider_is_told_nothing() =>
        Assert.Equal(new Outcome.Skipped("duel is disabled"), Step(new DuelProvider(new DuelOptions()), Event, null));

    [Fact]
    public void An_event_for_others_is_skipped()
    {
        var forOthers = Samples.Event(json => json["providers"] = ProviderCase.Parsed("""["Katalys", "retrack"]"""));

        Assert.Equal(new Outcome.Skipped("the order is for retrack, katalys only"), Step(_duel, forOthers, null));
    }

    [Fact]
    public void The_event_that_was_told_last_is_not_told_again()
    {
        var skip = ProviderCase.Skipped(Step(_duel, Event, Entry(Event.Version)));

        Assert.Equal("already told", skip.Reason);
    }

    [Fact]
    public void The_same_moment_in_another_time_zone_is_the_same_version()
    {
        var elsewhere = Event.Version with { OccurredAt = Event.OccurredAt.ToUniversalTime() };

        Assert.Equal("already told", ProviderCase.Skipped(Step(_duel, Event, Entry(elsewhere))).Reason);
    }

    [Fact]
    public void An_event_older_than_what_was_told_is_superseded()
    {
        var newer = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(1) };

        Assert.Equal("superseded by a newer event", ProviderCase.Skipped(Step(_duel, Event, Entry(newer))).Reason);
    }

    [Fact]
    public void Of_two_events_of_one_moment_the_later_state_supersedes()
    {
        var cancelled = Event.Version with { Status = OrderStatus.Cancelled, EventId = "0" };

        Assert.Equal("superseded by a newer event", ProviderCase.Skipped(Step(_duel, Event, Entry(cancelled))).Reason);
    }

    [Fact]
    public void An_event_newer_than_what_was_told_is_told()
    {
        var older = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(-1) };

        ProviderCase.Sent(Step(_duel, Event, Entry(older)));
    }

    [Fact]
    public void What_the_provider_was_told_last_is_not_told_again_and_makes_older_events_pointless_too()
    {
        var skip = ProviderCase.Skipped(Step(_duel, Event, ToldTheSame(Event)));

        Assert.Equal("nothing new: the provider was told the same before", skip.Reason);
        Assert.True(skip.Supersedes);
        Assert.False(skip.IsIncomplete);
    }

    [Fact]
    public void What_the_provider_was_told_last_is_told_again_where_it_may_have_something_else_since()
    {
        var entry = ToldTheSame(Event);
        var other = Event.Version with { EventId = "other", OccurredAt = Event.OccurredAt.AddMinutes(-1) };

        ProviderCase.Sent(Step(_duel, Event, entry with { MayHaveArrived = true }));
        ProviderCase.Sent(Step(_duel, Event, entry with { Started = other }));
    }

    [Fact]
    public void What_says_nothing_new_still_lacks_what_another_event_may_bring()
    {
        var unattributed = Samples.Event(json => json.Remove("attribution"));

        Assert.True(ProviderCase.Skipped(Step(_duel, unattributed, ToldTheSame(unattributed))).IsIncomplete);
    }

    [Fact]
    public void An_entry_that_settled_nothing_holds_nothing_back() =>
        ProviderCase.Sent(Step(_duel, Event, Entry(settled: null)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_provider_learns_what_the_ledger_knows(bool isRepeated)
    {
        var entry = Entry(null) with { Delivered = true, Reference = "uuid-1" };

        Assert.Equal(new PriorState(true, "uuid-1", isRepeated), Prior(entry, isRepeated));
        Assert.Equal(new PriorState(false, null, isRepeated), Prior(null, isRepeated));
    }

    [Fact]
    public void A_worker_that_died_may_have_told_it()
    {
        var claim = new Claim(Guid.Empty, Event.OccurredAt);

        Assert.True(Prior(Entry(null) with { Claim = claim }).MayHaveArrived);
        Assert.True(Prior(Entry(null) with { MayHaveArrived = true }).MayHaveArrived);
        Assert.False(Prior(Entry(null)).MayHaveArrived);
    }

    [Fact]
    public void An_event_older_than_one_under_way_is_superseded()
    {
        var begun = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(1) };

        Assert.Equal(
            "superseded by a newer event, which is under way",
            ProviderCase.Skipped(Step(_duel, Event, Entry(null) with { Started = begun })).Reason
        );
    }

    [Fact]
    public void An_event_under_way_is_told_again_and_so_is_a_newer_one()
    {
        var older = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(-1) };

        ProviderCase.Sent(Step(_duel, Event, Entry(null) with { Started = Event.Version }));
        ProviderCase.Sent(Step(_duel, Event, Entry(null) with { Started = older }));
    }

    [Fact]
    public void Only_another_event_under_way_is_owed()
    {
        var older = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(-1) };

        Assert.True(Owed(Entry(null) with { Started = older }));
        Assert.False(Owed(Entry(null) with { Started = Event.Version }));
        Assert.False(Owed(Entry(older) with { Started = older }));
        Assert.False(Owed(Entry(null)));

        bool Owed(LedgerEntry entry) => Prior(entry).OtherUnderWay;
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 5)]
    [InlineData(40, 40)]
    [InlineData(149, 149)]
    [InlineData(160, 140)] // it ends then
    [InlineData(298, 2)]
    public void A_claim_is_waited_for_as_long_again_as_it_is_old(int age, int wait)
    {
        var now = Event.OccurredAt;
        var claim = new Claim(Guid.Empty, now.AddSeconds(-age) + Entities.LockDuration);

        Assert.Equal(
            new DeliveryDecision.Postpone(
                "another worker is telling the provider of this order",
                new RetryTiming.FreeUntil(now.AddSeconds(wait))
            ),
            DeliveryDecision.For(Event, Entry(null) with { Claim = claim }, _duel, Options, now, isRepeated: false)
        );
    }

    private PriorState Prior(LedgerEntry? entry, bool isRepeated = false) =>
        Assert
            .IsType<DeliveryDecision.Send>(
                DeliveryDecision.Next(
                    Event,
                    entry,
                    _duel,
                    Options,
                    Event.OccurredAt + Options.WaitForAttribution,
                    isRepeated
                )
            )
            .Prior;

    private static Step Step(Provider provider, OrderEvent orderEvent, LedgerEntry? entry) =>
        DeliveryDecision.Next(orderEvent, entry, provider, Options, Event.OccurredAt, isRepeated: false) switch
        {
            DeliveryDecision.Send send => send.First,
            DeliveryDecision.Finish finish => finish.Outcome,
            var decision => throw new InvalidOperationException($"{decision}"),
        };

    // By an older event, an hour before.
    private LedgerEntry ToldTheSame(OrderEvent orderEvent)
    {
        var older = orderEvent.Version with { EventId = "older", OccurredAt = orderEvent.OccurredAt.AddHours(-1) };
        var request = ProviderCase.Sent(Step(_duel, orderEvent, null));
        return Entry(older) with
        {
            Delivered = true,
            ToldLast = new ToldOrder { Request = DeliveryDecision.HashOf(request) },
        };
    }

    private static LedgerEntry Entry(OrderVersion? settled) =>
        new("1001", "duel", settled ?? Event.Version, DeliveryState.Delivered) { Concluded = settled };
}
