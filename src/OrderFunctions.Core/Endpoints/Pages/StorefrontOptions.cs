using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace OrderFunctions.Endpoints.Pages;

/// <summary>Storefront__...: the shop's own pages, which hold no key.</summary>
public sealed class StorefrontOptions
{
    /// <summary>The origins whose pages may report clicks and show the gallery, such as https://shop.example.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>
    /// The header in which the proxy in front names whom its request came from; the last entry counts, as a browser may
    /// have written those before it. Null: there is no proxy, or only Azure's own, which is known.
    /// </summary>
    public string? ClientAddressHeader { get; set; }

    /// <summary>Makes ASP.NET Core's middleware believe the proxy in front.</summary>
    internal void Trust(ForwardedHeadersOptions options)
    {
        if (string.IsNullOrEmpty(ClientAddressHeader))
        {
            return;
        }

        options.ForwardedHeaders |= ForwardedHeaders.XForwardedFor;
        options.ForwardedForHeaderName = ClientAddressHeader;
        // Its address is not known: in Azure it is one of many, and nobody but the proxy is to reach this host.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
    }

    internal IEnumerable<string> Problems()
    {
        foreach (var (index, origin) in AllowedOrigins.Index().Where(each => !IsOrigin(each.Item)))
        {
            yield return $"Storefront__AllowedOrigins__{index} is '{origin}'; it must be scheme and host alone, such as https://shop.example (http only on this machine).";
        }

        if (ClientAddressHeader?.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') == false)
        {
            yield return $"Storefront__ClientAddressHeader is '{ClientAddressHeader}'; it must be the name of a header, such as X-Forwarded-For.";
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin)
        && (origin.Scheme == "https" || origin is { Scheme: "http", IsLoopback: true })
        && origin.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);
}
