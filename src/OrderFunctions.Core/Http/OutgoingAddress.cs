using System.Net;
using System.Net.Sockets;

namespace OrderFunctions.Http;

/// <summary>
/// Which addresses are never called: those at which a cloud gives its machines metadata, and with it credentials, without
/// asking for any.
/// </summary>
internal static class OutgoingAddress
{
    /// <summary>What to say of a setting that names one.</summary>
    public const string Reserved =
        "must not be an address that a cloud keeps for its own machines (169.254.169.254 and its like).";

    // By name, so that the start says so; whatever else a name comes to is looked at when it is called.
    private static readonly string[] Names = ["metadata", "metadata.google.internal", "metadata.goog"];

    private static readonly IPNetwork[] Networks =
    [
        // Link-local: AWS, Azure, Google, Oracle and others, and the credentials of their containers.
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("fe80::/10"),
        // Azure's host, Alibaba, Oracle's older cloud.
        IPNetwork.Parse("168.63.129.16/32"),
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("192.0.0.192/32"),
        // AWS and Google over IPv6.
        IPNetwork.Parse("fd00:ec2::/32"),
        IPNetwork.Parse("fd20:ce::254/128"),
    ];

    // Those that have an IPv4 address in their last 32 bits: mapped, compatible, translated (RFC 6052).
    private static readonly IPNetwork[] WithIPv4 =
    [
        IPNetwork.Parse("::ffff:0:0/96"),
        IPNetwork.Parse("::/96"),
        IPNetwork.Parse("64:ff9b::/96"),
    ];

    /// <summary>Whether calls may go there by its scheme: by https, and by http on this machine.</summary>
    public static bool IsSecure(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == "https" || address is { Scheme: "http", IsLoopback: true });

    /// <summary>Whether a setting's address is one that is never called, in whatever spelling.</summary>
    public static bool IsReserved(Uri address)
    {
        var host = address.IdnHost.TrimEnd('.');
        return IPAddress.TryParse(address.HostNameType == UriHostNameType.IPv6 ? address.Host : host, out var ip)
            ? IsReserved(ip)
            : Names.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The same of what a name comes to.</summary>
    public static bool IsReserved(IPAddress address)
    {
        if (
            address.AddressFamily == AddressFamily.InterNetworkV6
            && Array.Exists(WithIPv4, net => net.Contains(address))
        )
        {
            address = new IPAddress(address.GetAddressBytes().AsSpan(12));
        }

        return Array.Exists(Networks, network => network.Contains(address));
    }
}
