using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Katalys;
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
    public void The_event_that_a_person_discarded_is_not_told_and_the_reason_says_so()
    {
        var discarded = Entry(Event.Version) with { State = DeliveryState.Discarded };

        Assert.Equal("discarded", ProviderCase.Skipped(Step(_duel, Event, discarded)).Reason);
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

    [Fact]
    public void A_claim_that_has_run_out_is_waited_for_no_more()
    {
        var claim = new Claim(Guid.Empty, Event.OccurredAt);

        Assert.IsType<DeliveryDecision.Send>(For(Entry(null) with { Claim = claim }, claim.Until));
        Assert.IsType<DeliveryDecision.Postpone>(For(Entry(null) with { Claim = claim }, claim.Until.AddTicks(-1)));
    }

    [Fact]
    public void Duel_s_five_minutes_count_from_the_end_of_the_last_failed_attempt_to_tell_the_same_event()
    {
        var attempt = new Attempt(Event.OccurredAt, Event.EventId, "upsert", 1, 6, "retry", 503, 2_000, null);
        var entry = Entry(null) with { Attempts = [attempt] };
        var due = Event.OccurredAt.AddSeconds(302);

        Assert.Equal(
            new DeliveryDecision.Postpone("duel wants 5 minutes between attempts", new RetryTiming.FreeUntil(due)),
            For(entry, due.AddTicks(-1))
        );
        Assert.IsType<DeliveryDecision.Send>(For(entry, due));
        Assert.IsType<DeliveryDecision.Send>(For(entry with { Version = Older }, due.AddTicks(-1)));
    }

    [Theory]
    [InlineData(DeliveryState.Retrying)]
    [InlineData(DeliveryState.Parked)]
    public void An_event_that_comes_after_a_newer_one_is_not_told_even_if_that_one_is_still_to_be_told(
        DeliveryState state
    ) =>
        Assert.Equal(
            new Outcome.Skipped("superseded by a newer event, which is not told yet"),
            Step(_duel, Event, NewerCameFirst with { State = state })
        );

    [Fact]
    public void An_event_that_comes_after_a_newer_one_was_skipped_is_a_person_s_to_settle()
    {
        var rejected = ProviderCase.Rejected(
            Step(_duel, Event, NewerCameFirst with { State = DeliveryState.Skipped, Reason = "not attributable" })
        );

        Assert.Equal(
            "A newer event, newer, came first and was skipped: not attributable. Send how the order stands now once more.",
            rejected.Reason
        );
    }

    [Theory]
    [InlineData(OrderStatus.Pending, true)]
    [InlineData(OrderStatus.Paid, true)]
    [InlineData(OrderStatus.PartiallyRefunded, false)]
    [InlineData(OrderStatus.Refunded, false)]
    [InlineData(OrderStatus.Cancelled, false)]
    public void An_order_is_known_from_its_beginning_where_another_event_came_first_and_began_it(
        OrderStatus status,
        bool isKnown
    )
    {
        Assert.Equal(isKnown, Prior(Entry(null) with { First = Older with { Status = status } }).IsKnownOrder);
        Assert.False(Prior(Entry(null) with { First = Event.Version }).IsKnownOrder);
        Assert.False(Prior(null).IsKnownOrder);
    }

    [Fact]
    public void The_first_event_stays_the_first()
    {
        Assert.Equal(Event.Version, Sent(null).Entry.First);
        Assert.Equal(Older, Sent(Entry(null) with { First = Older }).Entry.First);
    }

    [Fact]
    public void A_message_delivered_before_is_in_doubt_only_where_its_event_may_have_been_told()
    {
        Assert.True(Prior(Entry(null) with { Started = Event.Version }, isRepeated: true).MayHaveArrived);
        // The record of another event's delivery was made since, and is certain.
        Assert.False(Prior(Entry(null) with { Started = Older }, isRepeated: true).MayHaveArrived);
        Assert.False(Prior(Entry(null) with { Started = Event.Version }, isRepeated: false).MayHaveArrived);
    }

    [Fact]
    public void A_provider_that_named_the_order_has_it_even_if_no_delivery_was_recorded() =>
        Assert.True(Prior(Entry(null) with { Reference = "uuid-1" }).Delivered);

    [Fact]
    public void The_provider_learns_what_it_was_told_last_and_what_is_left()
    {
        var (told, left) = (new ToldOrder { LineItems = 2 }, new ToldGoods("SEK", 50, []));

        var prior = Prior(Entry(null) with { ToldLast = told, Left = left });

        Assert.Equal((told, left), (prior.ToldLast, prior.Left));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void An_event_waits_for_the_other_half_for_30_minutes(int ticks, bool waits)
    {
        var until = Event.OccurredAt.AddMinutes(30);
        var sent = Assert.IsType<DeliveryDecision.Send>(For(null, until.AddTicks(ticks)));

        Assert.Equal(waits ? until : null, sent.Prior.WaitUntil);
    }

    [Fact]
    public void A_person_s_ask_that_is_on_record_tells_nothing_anew_and_a_later_one_does()
    {
        var told = Entry(Event.Version) with { AskedAgain = new AskedAgainRecord(Event.OccurredAt, "kim") };

        Assert.IsType<DeliveryDecision.Finish>(Asked(Event.OccurredAt.AddTicks(-1)));
        Assert.IsType<DeliveryDecision.Finish>(Asked(Event.OccurredAt));
        var anew = Assert.IsType<DeliveryDecision.Send>(Asked(Event.OccurredAt.AddTicks(1)));
        Assert.Equal(new AskedAgainRecord(Event.OccurredAt.AddTicks(1), "kim"), anew.Entry.AskedAgain);

        DeliveryDecision Asked(DateTimeOffset at) =>
            DeliveryDecision.Next(
                Event,
                told,
                _duel,
                Options,
                Event.OccurredAt,
                isRepeated: false,
                new AskedAgain(["duel"], at, "kim", IsForced: false)
            );
    }

    [Fact]
    public void Asked_anew_Duel_still_counts_as_told_of_what_an_older_event_told_it() =>
        Assert.True(AskedAnew(_duel, isForced: false).Entry.Delivered);

    // AvantLink takes an order once: whoever forces it says that the order was lost there.
    [Fact]
    public void Where_it_is_forced_AvantLink_is_told_by_a_newer_event_of_an_order_that_an_older_one_told_it()
    {
        var avantLink = new AvantLinkProvider(new AvantLinkOptions { Enabled = true, MerchantId = Guid.Empty });

        var anew = AskedAnew(avantLink, isForced: true);

        Assert.Equal(("create", false), (anew.First.Request.Purpose, anew.Entry.Delivered));
    }

    [Fact]
    public void An_older_event_that_brings_what_a_newer_one_lacks_has_that_one_told()
    {
        var newer = NewerUnattributed with { AcceptedAt = Event.OccurredAt.AddSeconds(3) };

        var sent = Sent(Waiting(newer));

        Assert.Equal((newer.Version, newer.AcceptedAt), (sent.Event.Version, sent.Event.AcceptedAt));
        Assert.Equal(Event.Attribution!.Affiliate, sent.Event.Attribution!.Affiliate);
    }

    [Fact]
    public void An_older_event_that_lacks_the_same_as_a_newer_one_is_superseded()
    {
        // To Katalys an order is not told without its customer's e-mail.
        var katalys = new KatalysProvider(new KatalysOptions { Enabled = true, SiteId = "store.example.com" });
        var nameless = Nameless(Event);
        var waiting = Waiting(Nameless(NewerUnattributed)) with { Provider = "katalys" };

        Assert.True(Assert.IsAssignableFrom<Outcome>(Step(katalys, nameless, null)).IsIncomplete);
        Assert.Equal(new Outcome.Skipped("superseded by a newer event"), Step(katalys, nameless, waiting));
    }

    [Fact]
    public void Duel_s_five_minutes_hold_for_the_newer_event_that_an_older_one_has_told()
    {
        var newer = NewerUnattributed;
        var attempt = new Attempt(Event.OccurredAt, newer.EventId, "upsert", 1, 6, "retry", 503, 0, null);
        var entry = Waiting(newer) with { Attempts = [attempt] };

        Assert.IsType<DeliveryDecision.Postpone>(For(entry, Event.OccurredAt.AddMinutes(5).AddTicks(-1)));
        Assert.IsType<DeliveryDecision.Send>(For(entry, Event.OccurredAt.AddMinutes(5)));
    }

    private static DeliveryDecision.Send AskedAnew(Provider provider, bool isForced) =>
        Assert.IsType<DeliveryDecision.Send>(
            DeliveryDecision.Next(
                Event,
                Entry(Older) with
                {
                    Provider = provider.Name,
                    Delivered = true,
                },
                provider,
                Options,
                Event.OccurredAt,
                isRepeated: false,
                new AskedAgain([provider.Name], Event.OccurredAt, "kim", isForced)
            )
        );

    private static OrderEvent Nameless(OrderEvent orderEvent) =>
        orderEvent with
        {
            Order = orderEvent.Order with { Customer = Customer.Unknown },
        };

    private static OrderEvent NewerUnattributed =>
        Samples.Event(json =>
        {
            json["eventId"] = "newer";
            json["occurredAt"] = Event.OccurredAt.AddMinutes(1);
            json.Remove("attribution");
        });

    private static LedgerEntry Waiting(OrderEvent newer) =>
        Entry(null) with
        {
            Version = newer.Version,
            Incomplete = new IncompleteEvent(newer, newer.AcceptedAt),
        };

    private static readonly OrderVersion Older = Event.Version with { OccurredAt = Event.OccurredAt.AddTicks(-1) };

    private static LedgerEntry NewerCameFirst =>
        Entry(null) with
        {
            Version = Event.Version with { EventId = "newer", OccurredAt = Event.OccurredAt.AddTicks(1) },
        };

    private DeliveryDecision For(LedgerEntry? entry, DateTimeOffset now) =>
        DeliveryDecision.For(Event, entry, _duel, Options, now, isRepeated: false);

    private DeliveryDecision.Send Sent(LedgerEntry? entry) =>
        Assert.IsType<DeliveryDecision.Send>(For(entry, Event.OccurredAt));

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
