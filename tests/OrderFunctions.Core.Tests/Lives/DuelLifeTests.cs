namespace OrderFunctions.Core.Tests.Lives;

public sealed class DuelLifeTests : LifeTests
{
    private protected override ProviderModel NewModel(Life life) => new DuelModel(life);
}
