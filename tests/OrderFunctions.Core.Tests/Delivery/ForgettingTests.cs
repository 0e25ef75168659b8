using System.Text.Json.Nodes;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>A delivery does not use what is remembered for too long, nor remember again what a person has had erased.</summary>
public sealed class ForgettingTests : RigTest
{
    private static readonly LedgerOptions Settings = new();
    private static readonly DuelProvider Duel = new(new DuelOptions { Enabled = true });
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_remembered_for_too_long_is_dropped_and_whom_the_customer_wants_told_is_not()
    {
        var entry = Remember(null, Samples.Event(json => json["providers"] = new JsonArray("duel")), Noon);
        var bare = Bare();

        var kept = Remember(entry, bare, Noon + Settings.RememberFor - TimeSpan.FromTicks(1));
        var dropped = Remember(entry, bare, Noon + Settings.RememberFor);

        Assert.True(kept.Memory!.IsPersonal);
        Assert.False(dropped.Memory!.IsPersonal);
        Assert.Equal(["duel"], dropped.Memory.Complete(bare).Providers);
    }

    [Fact]
    public void An_event_that_waits_for_the_rest_is_dropped_even_where_nothing_else_is_remembered()
    {
        var entry = Remember(null, Bare(), Noon) with { Incomplete = new IncompleteEvent(Bare(), Noon) };
        Assert.Null(entry.Memory);

        Assert.NotNull(Remember(entry, Bare(), Noon + Settings.RememberFor - TimeSpan.FromTicks(1)).Incomplete);
        Assert.Null(Remember(entry, Bare(), Noon + Settings.RememberFor).Incomplete);
    }

    [Fact]
    public async Task A_retry_after_an_erasure_tells_its_event_and_remembers_nothing_of_it_again()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 503, Times = 1 });
        var entry = await Rig.TellAsync("duel");
        Assert.Equal((DeliveryState.Retrying, true), (entry.State, entry.Memory!.IsPersonal));

        Assert.Equal(204, await Rig.EraseMemoryAsync());
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));

        entry = await Rig.EntryAsync("duel");
        Assert.Equal((DeliveryState.Delivered, false), (entry.State, entry.Memory!.IsPersonal));
    }

    [Fact]
    public async Task An_event_that_comes_after_an_erasure_is_a_new_statement()
    {
        await Rig.TellAsync("duel");
        Assert.Equal(204, await Rig.EraseMemoryAsync());
        Rig.Time.Advance(TimeSpan.FromSeconds(1));

        var entry = await Rig.TellAsync("duel", json => json["occurredAt"] = "2025-11-22T09:00:00+01:00");

        Assert.True(entry.Memory!.IsPersonal);
    }

    [Fact]
    public async Task Who_did_not_want_a_platform_told_is_not_told_of_after_an_erasure()
    {
        await Rig.TellAsync("duel");
        Assert.Equal(204, await Rig.EraseMemoryAsync());

        await Rig.SubmitAsync(change: json => json["occurredAt"] = "2025-11-22T09:00:00+01:00");
        await Rig.DrainAsync();

        Assert.Empty(Rig.Calls("katalys"));
    }

    private static LedgerEntry Remember(LedgerEntry? entry, OrderEvent orderEvent, DateTimeOffset now) =>
        OrderProgress.Remember(entry, orderEvent, Duel, Settings, now);

    // Says nothing of the customer or of where the order came from.
    private static OrderEvent Bare()
    {
        var said = Samples.Event();
        var order = said.Order with
        {
            Customer = Customer.Unknown,
            ShippingAddress = Address.Unknown,
            BillingAddress = null,
        };
        return said with { EventId = "bare", Providers = null, Attribution = null, Order = order };
    }
}
