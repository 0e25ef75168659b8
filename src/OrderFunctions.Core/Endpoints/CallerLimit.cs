using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace OrderFunctions.Endpoints;

/// <summary>How much one address may ask without a key, in a minute.</summary>
public sealed class CallerLimit : IDisposable
{
    /// <summary>More than come from one company's network, or one carrier's address.</summary>
    public const int Most = 60;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // An IPv6 subscriber has 64 bits to choose addresses from.
    private const int SubscriberBytes = 8;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(caller =>
        RateLimitPartition.GetFixedWindowLimiter(
            caller,
            _ => new FixedWindowRateLimiterOptions { PermitLimit = Most, Window = Window }
        )
    );

    /// <summary>Who an address counts as: of IPv6 the network.</summary>
    public static string CallerOf(IPAddress? address) =>
        address switch
        {
            { IsIPv4MappedToIPv6: true } => $"{address.MapToIPv4()}",
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(
                address.GetAddressBytes().AsSpan(0, SubscriberBytes)
            ),
            _ => $"{address}",
        };

    /// <summary>Counts one more.</summary>
    /// <returns>Null: it may be taken. Otherwise how long until the next may.</returns>
    public TimeSpan? Refuse(string caller)
    {
        using var lease = _limiter.AttemptAcquire(caller);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait
            : Window;
    }

    /// <summary>Whether no more may be taken; counts nothing.</summary>
    public bool IsExhausted(string caller)
    {
        using var lease = _limiter.AttemptAcquire(caller, 0);
        return !lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}

/// <summary>
/// Counts the bad signatures that came from an address. One that sent too many is not listened to for a while: its bodies
/// are neither kept nor hashed. Good signatures are not counted, so that no rush of orders is ever refused.
/// </summary>
public sealed class RefusedSignatures : IDisposable
{
    private readonly CallerLimit _limit = new();

    /// <summary>Whether the address has sent too many.</summary>
    public bool IsExhausted(string caller) => _limit.IsExhausted(caller);

    public void Count(string caller) => _limit.Refuse(caller);

    public void Dispose() => _limit.Dispose();

    /// <summary>
    /// Who sent a request: its address, of IPv6 the network. Where a proxy on this machine hands it on, as the Functions
    /// host does, that is the address that the last proxy noted.
    /// </summary>
    public static string Caller(IPAddress? remote, string? forwardedFor)
    {
        var noted = forwardedFor?.Split(',')[^1].Trim();
        return CallerLimit.CallerOf(
            (remote is null || IPAddress.IsLoopback(remote)) && IPEndPoint.TryParse(noted ?? "", out var endpoint)
                ? endpoint.Address
                : remote ?? IPAddress.None
        );
    }
}
