namespace OrderFunctions.Providers;

/// <summary>The providers, in the order in which they are registered.</summary>
public sealed class ProviderCatalog(IReadOnlyList<Provider> providers)
{
    public IReadOnlyList<Provider> All => providers;

    public IReadOnlyList<string> Names { get; } = [.. providers.Select(provider => provider.Name)];
}
