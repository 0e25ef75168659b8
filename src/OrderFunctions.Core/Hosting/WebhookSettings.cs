using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using OrderFunctions.Json;
using OrderFunctions.Storefronts;
using OrderFunctions.Storefronts.Shopify;
using OrderFunctions.Storefronts.WooCommerce;
using OrderFunctions.Webhooks;

namespace OrderFunctions.Hosting;

/// <summary>Reads and checks the settings of all shop platforms: Webhooks__X__...</summary>
/// <param name="hasSecret">Tells whether a secret is there; null where only a later fetch can tell (Key Vault).</param>
public sealed partial class WebhookSettings(IConfiguration configuration, Func<string, bool>? hasSecret = null)
{
    private const string Section = "Webhooks";
    private const string Shopify = "Shopify";
    private const string WooCommerce = "WooCommerce";
    private const int MostShops = 20;

    /// <summary>The shop platforms, one line each.</summary>
    /// <param name="problems">Gets a sentence for each thing that is wrong.</param>
    public IReadOnlyList<Storefront> Read(List<string> problems)
    {
        (string Name, Storefront Storefront)[] storefronts =
        [
            (Shopify, new ShopifyStorefront(Bind<ShopifyOptions>(Shopify, problems))),
            (WooCommerce, new WooCommerceStorefront(Bind<WooCommerceOptions>(WooCommerce, problems))),
        ];
        var names = storefronts.Select(each => each.Name).ToList();
        problems.AddRange(
            configuration
                .GetSection(Section)
                .GetChildren()
                .Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                .Select(unknown => SettingsSection.Unknown(unknown, names))
        );
        problems.AddRange(storefronts.SelectMany(each => Problems($"{Section}__{each.Name}", each.Storefront)));
        return [.. storefronts.Select(each => each.Storefront)];
    }

    private TOptions Bind<TOptions>(string name, List<string> problems)
        where TOptions : WebhookOptions, new() =>
        SettingsSection.Bind<TOptions>(configuration, $"{Section}:{name}", problems);

    private IEnumerable<string> Problems(string name, Storefront storefront)
    {
        var options = storefront.Options;
        foreach (var problem in options.Problems(name))
        {
            yield return problem;
        }

        if (!options.OrderIds.Contains(options.OrderId))
        {
            yield return $"{name}__OrderId is '{options.OrderId}'; it must be {string.Join(" or ", options.OrderIds)}.";
        }

        if (options.Shops.Length > MostShops)
        {
            yield return $"{name}__Shops has {options.Shops.Length} shops; at most {MostShops} are taken, for each webhook is tried against the secret of each.";
        }

        foreach (var (index, shop) in options.Shops.Index())
        {
            if (!ShopName().IsMatch(shop) || shop.EndsWith("previous", StringComparison.Ordinal))
            {
                yield return $"{name}__Shops__{index} is '{shop}'; it must be 1 to 32 small letters, digits and dashes, and not end in previous: it stands in a secret's name.";
            }
            else if (Array.IndexOf(options.Shops, shop) < index)
            {
                yield return $"{name}__Shops__{index} is '{shop}', which stands there twice.";
            }
        }

        if (!options.Enabled || hasSecret is null)
        {
            yield break;
        }

        foreach (var secret in WebhookSecrets.Names(storefront).Distinct().Where(secret => !hasSecret(secret)))
        {
            var meant = configuration
                .GetSection("Credentials")
                .GetChildren()
                .FirstOrDefault(other => !string.IsNullOrEmpty(other.Value) && EditDistance.IsTypo(secret, other.Key));
            yield return $"Credentials__{secret} is missing: {name} is enabled and needs it."
                + (meant is null ? "" : $" Is it Credentials__{meant.Key}, misspelt?");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ShopName();
}
