namespace OrderFunctions.Sandbox.Http;

internal static class ProviderNames
{
    public const string Duel = "duel";
    public const string AvantLink = "avantlink";
    public const string Retrack = "retrack";
    public const string Katalys = "katalys";

    public static readonly IReadOnlyList<string> All = [Duel, AvantLink, Retrack, Katalys];

    public static readonly string Sentence = $"The providers are {string.Join(", ", All)}.";

    public static string? Find(string name) =>
        All.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static string Require(string name) =>
        Find(name) ?? throw new ArgumentException($"There is no provider '{name}'. {Sentence}", nameof(name));
}
