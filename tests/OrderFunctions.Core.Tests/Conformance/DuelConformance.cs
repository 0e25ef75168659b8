using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Core.Tests.Conformance;

public sealed class DuelConformance : SecretConformance
{
    protected override string Name => "duel";

    protected override string? Scheme => "Basic";

    protected override IReadOnlyList<string> OwnSecrets =>
        ["sandbox-duel-user", "sandbox-duel-password", "c2FuZGJveC1kdWVsLXVzZXI6c2FuZGJveC1kdWVsLXBhc3N3b3Jk"];

    protected override TimeSpan[] RetryDelays => [.. Enumerable.Repeat(TimeSpan.FromMinutes(5), 5)];

    protected override int AttemptsAtOnce => 1;

    protected override string FirstCall => "PUT v1/orders/1001";

    protected override Action RotateSecret()
    {
        Rig.Sandbox.State.Set(DuelApi.Password, "rotated");
        return () => Rig.SecretStore[DuelProvider.BasicPassword] = "rotated";
    }

    [Fact]
    public async Task A_refund_after_delivery_cancels_the_order_at_Duel()
    {
        await Rig.TellAsync(Name);

        var entry = await Rig.TellAsync(Name, Later("refunded", total: 0, tax: 0));

        Assert.Equal(DeliveryState.Delivered, entry.State);
        Assert.True(Rig.Sandbox.State.Provider<DuelApi>().Find("1001")!.Cancelled);
    }

    [Fact]
    public async Task A_partial_refund_leaves_what_remains()
    {
        await Rig.TellAsync(Name);

        await Rig.TellAsync(Name, Later("partiallyRefunded", total: 62.50m, tax: 12.50m));

        Assert.Equal(62.50m, Rig.Sandbox.State.Provider<DuelApi>().Find("1001")!.Total);
    }

    [Fact]
    public async Task A_bearer_token_is_used_where_the_settings_say_so()
    {
        await using var rig = await Rig.StartAsync(("Providers:Duel:Authentication", "Bearer"));

        Assert.Equal(DeliveryState.Delivered, (await rig.TellAsync(Name)).State);
        Assert.Equal("Bearer ***", rig.Sandbox.State.Received(Name)[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task Duel_never_gets_a_retry_sooner_than_five_minutes_or_more_than_five_of_them()
    {
        Rig.Sandbox.State.InjectFault(Name, new Fault { Status = 500 });
        await Rig.SubmitAsync(Name);

        for (var i = 0; i < 60; i++)
        {
            await Rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        var calls = Rig.Sandbox.State.Received(Name).Select(call => call.At).ToList();
        Assert.Equal(6, calls.Count);
        Assert.All(
            calls.Zip(calls.Skip(1)),
            pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMinutes(5), $"{pair}")
        );
    }

    [Fact]
    public async Task A_replay_waits_until_five_minutes_after_the_last_attempt()
    {
        Rig.Sandbox.State.InjectFault(Name, new Fault { Status = 500, Times = 6 });
        await Rig.SubmitAsync(Name);
        await Rig.DrainAsync();
        for (var i = 0; i < 5; i++)
        {
            await Rig.AdvanceAsync(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(1, await Rig.Bus.ReplayAsync(new ParkedFilter(Name), 1, default));
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal(6, Rig.Sandbox.State.Count(Name));

        await Rig.AdvanceAsync(TimeSpan.FromTicks(1));
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Name)).State);
    }
}
