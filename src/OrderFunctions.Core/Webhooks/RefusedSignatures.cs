using System.Net;
using System.Threading.RateLimiting;

namespace OrderFunctions.Webhooks;

/// <summary>
/// Counts the bad signatures that came from an address. One that sent too many is not listened to for a while: its bodies
/// are neither kept nor hashed. Good signatures are not counted, so that no rush of orders is ever refused.
/// </summary>
public sealed class RefusedSignatures : IDisposable
{
    /// <summary>How many an address may send in a minute.</summary>
    public const int Most = 60;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(caller =>
        RateLimitPartition.GetFixedWindowLimiter(
            caller,
            _ => new FixedWindowRateLimiterOptions { PermitLimit = Most, Window = TimeSpan.FromMinutes(1) }
        )
    );

    /// <summary>Whether the address has sent too many.</summary>
    public bool IsExhausted(string caller)
    {
        using var lease = _limiter.AttemptAcquire(caller, 0);
        return !lease.IsAcquired;
    }

    public void Count(string caller) => _limiter.AttemptAcquire(caller).Dispose();

    public void Dispose() => _limiter.Dispose();

    /// <summary>
    /// Who sent a request: its address, of IPv6 the network. Where a proxy on this machine hands it on, as the Functions
    /// host does, that is the address that the last proxy noted.
    /// </summary>
    public static string Caller(IPAddress? remote, string? forwardedFor)
    {
        var noted = forwardedFor?.Split(',')[^1].Trim();
        var address =
            (remote is null || IPAddress.IsLoopback(remote)) && IPEndPoint.TryParse(noted ?? "", out var endpoint)
                ? endpoint.Address
                : remote ?? IPAddress.None;
        var bytes = address.GetAddressBytes();
        return address.IsIPv4MappedToIPv6 ? $"{address.MapToIPv4()}"
            : bytes.Length == 16 ? Convert.ToHexString(bytes.AsSpan(0, 8))
            : $"{address}";
    }
}
