using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Core.Tests.Conformance;

public sealed class KatalysConformance : ProviderConformance
{
    protected override string Name => "katalys";

    protected override string? Scheme => null;

    protected override TimeSpan[] RetryDelays => Schedules.Usual;

    protected override int AttemptsAtOnce => 3;

    protected override string FirstCall => "POST v2/_tr_offline";

    [Fact]
    public async Task A_partial_refund_stays_paid_with_what_remains()
    {
        await Rig.TellAsync(Name);

        await Rig.TellAsync(Name, Later("partiallyRefunded", total: 62.50m, tax: 12.50m));

        var order = Rig.Sandbox.State.Provider<KatalysApi>().Find("1001")!;
        Assert.Equal(
            ("\"paid\"", "62.50", "50.00"),
            (order["order_status"], order["sale_amount"], order["subtotal_amount"])
        );
    }

    [Theory]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public async Task An_order_that_came_to_nothing_is_told_so_and_stays_so(string status)
    {
        await Rig.TellAsync(Name, Later(status, total: 0, tax: 0));
        await Rig.TellAsync(Name);

        Assert.Equal($"\"{status}\"", Rig.Sandbox.State.Provider<KatalysApi>().Find("1001")!["order_status"]);
    }

    [Fact]
    public async Task A_cancellation_after_three_days_is_told_and_marked_as_late()
    {
        var entry = await Rig.TellAsync(Name, Later("cancelled", at: "2025-11-25T00:00:00Z"));

        Assert.Equal(DeliveryState.Delivered, entry.State);
        Assert.Contains("more than 3 days", entry.Attempts[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_403_is_retried_and_no_credentials_are_blamed_that_Katalys_does_not_take()
    {
        Sandbox.InjectFault(Name, new() { Status = 403 });

        var entry = await Rig.TellAsync(Name);

        Assert.Equal(DeliveryState.Retrying, entry.State);
        Assert.StartsWith(
            "katalys refused a call that needs no credentials with 403; ",
            entry.Reason,
            StringComparison.Ordinal
        );
    }
}
