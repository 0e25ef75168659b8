using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.AvantLink;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Core.Tests.Conformance;

public sealed class AvantLinkConformance : ProviderConformance
{
    protected override string Name => "avantlink";

    protected override string? Scheme => null;

    protected override TimeSpan[] RetryDelays => Schedules.Usual;

    protected override int AttemptsAtOnce => 3;

    protected override string FirstCall => "POST merchants/6f1d3a52-7d0c-4c0e-9b3e-0a1c5a7e2d11/tracking/order";

    [Fact]
    public async Task An_order_is_told_when_it_is_paid_and_never_again()
    {
        Assert.Equal("not yet paid", (await Rig.TellAsync(Name, Later("pending", at: "2025-11-21T13:00:00Z"))).Reason);
        Assert.Equal(
            DeliveryState.Delivered,
            (await Rig.TellAsync(Name, Later("paid", at: "2025-11-21T14:00:00Z"))).State
        );
        await Rig.TellAsync(Name, Later("paid", total: 100, at: "2025-11-21T15:00:00Z"));
        await Rig.TellAsync(Name, Later("partiallyRefunded", total: 50, at: "2025-11-21T16:00:00Z"));
        var entry = await Rig.TellAsync(Name, Later("refunded", total: 0, tax: 0, at: "2025-11-21T17:00:00Z"));

        Assert.Equal(1, Rig.Sandbox.State.Count(Name));
        Assert.Equal(DeliveryState.Skipped, entry.State);
        Assert.Contains("can't be told that it is refunded", entry.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_cancelled_before_it_was_told_is_never_told()
    {
        await Rig.TellAsync(Name, Later("cancelled", total: 0, tax: 0));
        await Rig.TellAsync(Name);

        Assert.Equal(0, Rig.Sandbox.State.Count(Name));
    }

    [Fact]
    public async Task A_paid_event_that_comes_after_a_partial_refund_is_still_told()
    {
        await Rig.TellAsync(Name, Later("partiallyRefunded", total: 50));
        await Rig.TellAsync(Name);

        Assert.Equal(1, Rig.Sandbox.State.Count(Name));
    }

    [Fact]
    public async Task Our_server_s_User_Agent_stands_in_the_header()
    {
        await Rig.TellAsync(Name);

        Assert.Equal("OrderFunctions/1.0", Rig.Sandbox.State.Received(Name)[0].Headers["User-Agent"]);
    }

    [Fact]
    public async Task A_success_that_says_failure_is_parked()
    {
        Rig.Sandbox.State.InjectFault(Name, new() { Body = """{"success": false}""" });

        Assert.Equal(DeliveryState.Parked, (await Rig.TellAsync(Name)).State);
    }
}
