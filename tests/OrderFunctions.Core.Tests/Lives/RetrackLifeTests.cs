namespace OrderFunctions.Core.Tests.Lives;

public sealed class RetrackLifeTests : LifeTests
{
    private protected override ProviderModel NewModel(Life life) => new RetrackModel(life);
}
