using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class WaitingTests : RigTest
{
    [Fact]
    public async Task Waits_for_a_secret_grow_to_15_minutes_and_begin_small_again_after_a_call()
    {
        SetSecrets(known: false);
        await Rig.TellAsync("duel");
        await WaitsAsync(60, 120, 240, 480, 900, 900);

        // It is back; a call is made and fails, so that the schedule goes on.
        SetSecrets(known: true);
        Rig.Sandbox.State.InjectFault("duel", new() { Status = 500, Times = 1 });
        await WaitsAsync(900);
        SetSecrets(known: false);
        await WaitsAsync(300, 60, 120);

        SetSecrets(known: true);
        await WaitsAsync(240);
        var entry = await Rig.EntryAsync("duel");
        Assert.Equal(DeliveryState.Delivered, entry.State);
        Assert.Equal([(1, "retry"), (2, "delivered")], entry.Attempts.Select(a => (a.Number, a.Outcome)));
    }

    private async Task WaitsAsync(params int[] seconds)
    {
        foreach (var wait in seconds.Select(wait => TimeSpan.FromSeconds(wait)))
        {
            Assert.Equal(Rig.Time.GetUtcNow() + wait, (await Rig.EntryAsync("duel")).NextAttemptAt);
            await Rig.AdvanceAsync(wait);
        }
    }

    private void SetSecrets(bool known)
    {
        Rig.SecretStore[DuelProvider.BasicUsername] = known ? DuelApi.User.Default : null;
        Rig.SecretStore[DuelProvider.BasicPassword] = known ? DuelApi.Password.Default : null;
    }
}
