using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

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

    /// <summary>
    /// Whose address a request comes from. Behind a proxy ASP.NET Core's middleware has put there whom the proxy names
    /// (<see cref="Pages.StorefrontOptions.ClientAddressHeader"/>).
    /// </summary>
    public static IPAddress? AddressOf(HttpRequest request) =>
        request.HttpContext.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4()
            : request.HttpContext.Connection.RemoteIpAddress;

    /// <summary>Who a request counts as: its address, of IPv6 the network.</summary>
    public static string CallerOf(HttpRequest request) =>
        AddressOf(request) is { AddressFamily: AddressFamily.InterNetworkV6 } address
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, SubscriberBytes))
            : $"{AddressOf(request)}";

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
}

/// <summary>How many clicks one address may report: a page holds no key that could be taken from it.</summary>
public sealed class ClickLimits : IDisposable
{
    private readonly CallerLimit _limit = new();

    /// <returns>Null: the click may be taken. Otherwise how long until the next may.</returns>
    public TimeSpan? Refuse(HttpRequest request) => _limit.Refuse(CallerLimit.CallerOf(request));

    public void Dispose() => _limit.Dispose();
}
