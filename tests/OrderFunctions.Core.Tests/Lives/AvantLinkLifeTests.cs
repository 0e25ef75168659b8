namespace OrderFunctions.Core.Tests.Lives;

public sealed class AvantLinkLifeTests : LifeTests
{
    private protected override ProviderModel NewModel(Life life) => new AvantLinkModel(life);
}
