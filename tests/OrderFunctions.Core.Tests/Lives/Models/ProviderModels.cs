namespace OrderFunctions.Core.Tests.Lives.Models;

/// <summary>Each provider's model by the provider's name.</summary>
internal static class ProviderModels
{
    private static readonly Dictionary<string, Func<Life, ProviderModel>> All = new()
    {
        ["duel"] = life => new DuelModel(life),
        ["avantlink"] = life => new AvantLinkModel(life),
        ["retrack"] = life => new RetrackModel(life),
        ["katalys"] = life => new KatalysModel(life),
    };

    public static IEnumerable<string> Names => All.Keys;

    public static ProviderModel New(string provider, Life life) => All[provider](life);
}
