namespace OrderFunctions.Endpoints.Pages;

/// <summary>Redirect__...: where /retrack may lead.</summary>
public sealed class RedirectOptions
{
    /// <summary>Host names, without scheme and port.</summary>
    public string[] AllowedHosts { get; set; } = [];

    /// <summary>Where a visitor lands whose link is broken; unset: on a 400.</summary>
    public Uri? Home { get; set; }

    /// <summary>The cookie's domain, such as shop.example, so that all hosts of the shop read it; unset: this host alone.</summary>
    public string? CookieDomain { get; set; }

    /// <summary>Whether the click is added to the deeplink, too, for pages that the cookie does not reach: attribution.js keeps it.</summary>
    public bool AppendClick { get; set; }

    /// <summary>Whether the address is on one of <see cref="AllowedHosts"/>; müller.example and xn--mller-kva.example are one host.</summary>
    internal bool Allows(Uri address) =>
        AllowedHosts.Any(host =>
            new UriBuilder(address.Scheme, host).Uri.IdnHost.Equals(address.IdnHost, StringComparison.OrdinalIgnoreCase)
        );

    internal IEnumerable<string> Problems()
    {
        foreach (
            var (index, host) in AllowedHosts
                .Index()
                .Where(host => Uri.CheckHostName(host.Item) == UriHostNameType.Unknown)
        )
        {
            yield return $"Redirect__AllowedHosts__{index} is '{host}'; it must be a host name alone, such as shop.example.";
        }

        if (Home is not (null or { IsAbsoluteUri: true, Scheme: "https" or "http" }))
        {
            yield return $"Redirect__Home is '{Home}'; it must be the whole address of the shop's home page, such as https://shop.example/.";
        }

        // A browser drops a cookie for a name without a dot, and for an IP address.
        if (
            CookieDomain is { Length: > 0 } domain
            && !(
                Uri.CheckHostName(domain) == UriHostNameType.Dns
                && domain.Trim('.').Contains('.', StringComparison.Ordinal)
            )
        )
        {
            yield return $"Redirect__CookieDomain is '{domain}'; it must be the shop's domain alone, such as shop.example.";
        }
    }
}
