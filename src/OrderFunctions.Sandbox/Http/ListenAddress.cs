using System.Net;

namespace OrderFunctions.Sandbox.Http;

/// <summary>Where the server listens, and where callers reach it.</summary>
internal static class ListenAddress
{
    public static string Parse(string url)
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme != Uri.UriSchemeHttp
            || address.PathAndQuery != "/"
        )
        {
            throw new ArgumentException(
                $"Url must be an http address without a path, such as http://127.0.0.1:7072, not '{url}'.",
                nameof(url)
            );
        }

        return address.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>A server that listens on all addresses is reached on the loopback.</summary>
    public static Uri Reachable(string bound)
    {
        var address = new UriBuilder(bound);
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
        {
            address.Host = ip switch
            {
                _ when ip.Equals(IPAddress.Any) => "127.0.0.1",
                _ when ip.Equals(IPAddress.IPv6Any) => "[::1]",
                _ => address.Host,
            };
        }

        return address.Uri;
    }
}
