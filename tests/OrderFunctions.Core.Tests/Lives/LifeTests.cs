using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>
/// An order's life, however it arrives and whatever happens on the way: the provider ends where the order ended, and
/// was told nothing that it must not be told. LIFE_RUNS sets how many lives; TEST_SEED repeats a run.
/// </summary>
public abstract class LifeTests
{
    private static readonly int Runs = EnvironmentNumber.Of("LIFE_RUNS", 300);

    private protected abstract ProviderModel NewModel(Life life);

    [Fact]
    public void Every_life_ends_at_the_provider_as_the_order_ended()
    {
        Life? smallest = null;
        var property = Prop.ForAll(
            AnyLife.Arbitrary,
            life =>
            {
                var isWell = Simulation.Run(life, NewModel(life)).Count == 0;
                // The last that fails is the one that could not be made smaller.
                smallest = isWell ? smallest : life;
                return isWell;
            }
        );
        var config = Config
            .QuickThrowOnFailure.WithMaxTest(Runs)
            .WithQuietOnSuccess(true)
            .WithReplay(new Replay(new Rnd((ulong)RandomOrder.Seed), FSharpOption<int>.None));
        var failure = Record.Exception(() => property.Check(config));
        Assert.True(failure is null, smallest is null ? failure?.ToString() : Tell(smallest));
    }

    private string Tell(Life life)
    {
        var script = new Script();
        var wrongs = Simulation.Run(life, NewModel(life), script);
        return $"TEST_SEED={RandomOrder.Seed}\n{life}\n{script}\n=> {string.Join("\n=> ", wrongs)}";
    }
}
