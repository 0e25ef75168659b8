using OrderFunctions.Core.Tests.Lives.Models;
using OrderFunctions.Core.Tests.Lives.Simulated;
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
        var transcript = new Transcript();
        var violations = Simulation.Run(life, NewModel(life), transcript);
        return $"{life}\n{transcript}\n=> {string.Join("\n=> ", violations)}";
    }
}

public sealed class DuelLifeTests : LifeTests
{
    private protected override ProviderModel NewModel(Life life) => new DuelModel(life);
}

public sealed class AvantLinkLifeTests : LifeTests
{
    private protected override ProviderModel NewModel(Life life) => new AvantLinkModel(life);
}

public sealed class RetrackLifeTests : LifeTests
{
    private protected override ProviderModel NewModel(Life life) => new RetrackModel(life);
}

public sealed class KatalysLifeTests : LifeTests
{
    private protected override ProviderModel NewModel(Life life) => new KatalysModel(life);
}
