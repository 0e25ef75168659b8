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
        Generated.Check(AnyLife.Arbitrary, Runs, life => Simulation.Run(life, NewModel(life)).Count == 0, Tell);
    }

    private string Tell(Life life)
    {
        var script = new Script();
        var wrongs = Simulation.Run(life, NewModel(life), script);
        return $"{life}\n{script}\n=> {string.Join("\n=> ", wrongs)}";
    }
}
