using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using Xunit;

namespace OrderFunctions.TestKit.Conformance;

/// <summary>What holds besides for every provider that takes credentials.</summary>
public abstract class SecretConformance : ProviderConformance
{
    /// <summary>Makes the next calls be refused for their credentials, and returns how to give us the new ones.</summary>
    protected abstract Action RotateSecret();

    [Fact]
    public async Task A_secret_rotated_in_between_is_fetched_anew_and_the_call_repeated_at_once()
    {
        await Rig.TellAsync(Name);
        RotateSecret()();

        var entry = await Rig.TellAsync(
            Name,
            json =>
            {
                json["occurredAt"] = "2025-11-22T00:00:00Z";
                json["order"]!["status"] = "cancelled";
            }
        );

        Assert.Equal(DeliveryState.Delivered, entry.State);
        Assert.Contains(entry.Attempts, attempt => attempt is { StatusCode: 401, Outcome: "credentialRefused" });
    }

    [Fact]
    public async Task Refused_credentials_are_retried_and_logged_and_not_sent_twice_in_a_row()
    {
        var giveUsTheNewOne = RotateSecret();
        var entry = await Rig.TellAsync(Name);

        Assert.Equal(1, Sandbox.Count(Name));
        Assert.Equal(DeliveryState.Retrying, entry.State);
        Assert.Contains($"refused our {Scheme} credentials with 401", entry.Reason, StringComparison.Ordinal);
        Assert.Contains(Rig.Log.Lines, line => line.Contains("credential.rejected", StringComparison.Ordinal));

        giveUsTheNewOne();
        await Rig.AdvanceAsync(RetryDelays[0]);
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync(Name)).State);
    }

    [Fact]
    public async Task Without_its_secret_no_call_is_made_and_no_attempt_is_counted()
    {
        Rig.SecretStore.Failure = new TimeoutException("the vault is down");
        var entry = await Rig.TellAsync(Name);
        for (var i = 0; i < MostAttempts + 3; i++)
        {
            await Rig.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, Sandbox.Count(Name));
        Assert.Equal((DeliveryState.Retrying, 0), (entry.State, entry.Attempts.Count));

        Rig.SecretStore.Failure = null;
        await Rig.AdvanceAsync(RetrySchedule.LongestWait);
        Assert.Equal(1, Assert.Single((await Rig.EntryAsync(Name)).Attempts).Number);
    }
}
