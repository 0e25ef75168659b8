namespace OrderFunctions.Core.Tests.Lives;

/// <summary>Each provider's model by the provider's name.</summary>
internal static class Models
{
    public static ProviderModel New(string provider, Life life) =>
        provider switch
        {
            "duel" => new DuelModel(life),
            "avantlink" => new AvantLinkModel(life),
            "retrack" => new RetrackModel(life),
            "katalys" => new KatalysModel(life),
            _ => throw new ArgumentException($"There is no provider '{provider}'.", nameof(provider)),
        };
}
