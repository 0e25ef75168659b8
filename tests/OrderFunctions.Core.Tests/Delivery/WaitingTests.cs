using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Sandbox;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class WaitingTests : RigTest
{
    [Fact]
    public async Task Waits_for_a_secret_grow_to_15_minutes_and_begin_small_again_after_a_call()
    {
        SetSecrets(null);
        await Rig.TellAsync("duel");
        await WaitsAsync(60, 120, 240, 480, 900, 900);

        // It is back; a call is made and fails, so that the schedule goes on.
        SetSecrets(new SandboxOptions());
        Rig.Sandbox.State.Misbehave("duel", new() { Status = 500, Times = 1 });
        await WaitsAsync(900);
        SetSecrets(null);
        await WaitsAsync(300, 60, 120);

        SetSecrets(new SandboxOptions());
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

    private void SetSecrets(SandboxOptions? options)
    {
        Rig.SecretStore[DuelProvider.BasicUsername] = options?.DuelUser;
        Rig.SecretStore[DuelProvider.BasicPassword] = options?.DuelPassword;
    }
}
