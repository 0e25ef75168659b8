using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Core.Tests.Operations;

/// <summary>
/// Orders come all the time while the clock jumps, secrets are rotated and circuits open and close, on a clock that is
/// moved. FAULT_ROUNDS=20 is the long form.
/// </summary>
public sealed class FaultsUnderLoadTests(ITestOutputHelper output) : RigTest
{
    private static readonly int Rounds = EnvironmentNumber.Of("FAULT_ROUNDS", 1);
    private readonly Random _random = new(RandomOrder.Seed);
    private readonly List<string> _accepted = [];

    [Fact]
    public async Task A_clock_that_jumps_both_ways_while_platforms_fail_loses_and_doubles_nothing()
    {
        for (var step = 0; step < 60 * Rounds; step++)
        {
            await SubmitAsync();
            var provider = Samples.ProviderNames[_random.Next(Samples.ProviderNames.Length)];
            Rig.Sandbox.State.InjectFault(provider, AnyFault() with { Times = _random.Next(1, 4) });
            await Rig.DrainAsync();
            Rig.Time.Jump(TimeSpan.FromSeconds(_random.NextDouble() * Any(-1, 1) * Any(10, 4_000, 100_000)));
            await Rig.AdvanceAsync(TimeSpan.FromSeconds(_random.Next(60)));
        }

        await AssertToldOnceInEffectAsync();
    }

    [Fact]
    public async Task Secrets_that_are_rotated_every_second_lose_no_order()
    {
        for (var second = 0; second < 120 * Rounds; second++)
        {
            // The platform takes the new one at once, and the vault has it before or after that.
            var rotated = new[] { DuelApi.User, DuelApi.Password, RetrackApi.Token }[second % 3];
            var (secret, value) = (rotated.Name["Credentials:".Length..], $"rotated-{second}");
            Rig.Sandbox.State.Set(rotated, value);
            if (_random.Next(2) == 0)
            {
                await SubmitAsync();
                await Rig.DrainAsync();
            }

            Rig.SecretStore[secret] = value;
            await Rig.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        await AssertToldOnceInEffectAsync();
    }

    [Fact]
    public async Task Circuits_that_open_and_close_again_and_again_lose_no_order()
    {
        for (var flip = 0; flip < 25 * Rounds; flip++)
        {
            Rig.Sandbox.State.InjectFault("katalys", new Fault { Status = 503 });
            for (var order = 0; order < 8; order++)
            {
                await SubmitAsync("katalys");
            }

            await Rig.DrainAsync();
            Rig.Sandbox.State.ClearFault("katalys");
            await Rig.AdvanceAsync(TimeSpan.FromSeconds(31));
        }

        var flips = Rig.Log.Lines.Count(line => line.Contains("circuit.closed", StringComparison.Ordinal));
        Assert.True(flips >= 20 * Rounds, $"The circuit should have closed again and again, not {flips} times.");
        await AssertToldOnceInEffectAsync("katalys");
        output.WriteLine($"{flips} times open and closed again");
    }

    private Fault AnyFault() =>
        _random.Next(7) switch
        {
            0 => new Fault { Drop = true },
            1 => new Fault { Drop = true, ServeFirst = true },
            2 => new Fault { Status = 503 },
            3 => new Fault { Status = 429, RetryAfterSeconds = _random.Next(100) },
            4 => new Fault { Body = "<html>\u0000{[", ServeFirst = true },
            5 => new Fault { BodyBytes = 1 << 18, ServeFirst = true },
            _ => new Fault { Status = 401 },
        };

    private double Any(params double[] values) => values[_random.Next(values.Length)];

    private async Task SubmitAsync(string? provider = null)
    {
        var id = $"t-{_accepted.Count}";
        await Rig.SubmitAsync(provider, json => json["order"]!["id"] = id);
        _accepted.Add(id);
    }

    // All is well again, for longer than any schedule; what a person sees is sent back.
    private async Task AssertToldOnceInEffectAsync(params string[] providers)
    {
        foreach (var provider in Samples.ProviderNames)
        {
            Rig.Sandbox.State.ClearFault(provider);
        }

        await PassDaysAsync();
        var parked = await Rig.ParkedAsync();
        Assert.All(parked, each => Assert.NotEqual("", each.Description));
        await Rig.Bus.ReplayAsync(new(), int.MaxValue, default);
        await PassDaysAsync();
        output.WriteLine($"TEST_SEED={RandomOrder.Seed}: {_accepted.Count} orders, {parked.Count} were parked");
        Assert.Empty(await Rig.ParkedAsync());
        foreach (var provider in providers is [] ? Samples.ProviderNames : providers)
        {
            var api = Rig.Sandbox.State.Provider(provider);
            Assert.True(
                _accepted.TrueForAll(api.HasOrder),
                $"TEST_SEED={RandomOrder.Seed}: {provider} should have {_accepted.Find(id => !api.HasOrder(id))}.\n{Rig.Log}"
            );
        }

        Assert.All(
            Rig.Sandbox.State.Provider<RetrackApi>().Transactions,
            each => Assert.True(each.RefusedRepeats == 0, $"A second transaction was asked for: {each}")
        );
    }

    private async Task PassDaysAsync()
    {
        for (var hours = 0; hours < 24 * 5; hours += 6)
        {
            await Rig.AdvanceAsync(TimeSpan.FromHours(6));
        }
    }
}
