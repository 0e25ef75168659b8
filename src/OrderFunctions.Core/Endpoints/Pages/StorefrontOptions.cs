namespace OrderFunctions.Endpoints.Pages;

/// <summary>Storefront__...: the shop's own pages, which hold no key.</summary>
public sealed class StorefrontOptions
{
    private const int MostProxies = 10;

    /// <summary>The origins whose pages may report clicks and show the gallery, such as https://shop.example.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>
    /// How many proxies stand in front, each of which adds to X-Forwarded-For whom its request came from: 1 in Azure, 2
    /// behind Front Door there. What a browser writes there itself is not believed.
    /// </summary>
    public int Proxies { get; set; }

    internal IEnumerable<string> Problems()
    {
        foreach (var (index, origin) in AllowedOrigins.Index().Where(each => !IsOrigin(each.Item)))
        {
            yield return $"Storefront__AllowedOrigins__{index} is '{origin}'; it must be scheme and host alone, such as https://shop.example (http only on this machine).";
        }

        if (Proxies is < 0 or > MostProxies)
        {
            yield return $"Storefront__Proxies is {Proxies}; it must be from 0 to {MostProxies}: how many proxies in front add to X-Forwarded-For.";
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin)
        && (origin.Scheme == "https" || origin is { Scheme: "http", IsLoopback: true })
        && origin.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);
}
