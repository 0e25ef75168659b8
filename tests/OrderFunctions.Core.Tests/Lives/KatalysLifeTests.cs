namespace OrderFunctions.Core.Tests.Lives;

public sealed class KatalysLifeTests : LifeTests
{
    private protected override ProviderModel NewModel(Life life) => new KatalysModel(life);
}
