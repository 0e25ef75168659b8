namespace OrderFunctions.Storefronts;

/// <summary>The shop platforms that there are.</summary>
public sealed class StorefrontCatalog(IReadOnlyList<Storefront> storefronts)
{
    public IReadOnlyList<Storefront> All => storefronts;

    /// <returns>Null: there is no such platform.</returns>
    public Storefront? Get(string name) => storefronts.FirstOrDefault(storefront => storefront.Name == name);
}
