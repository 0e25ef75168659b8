using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Endpoints.Pages;

/// <summary>How many clicks one address may report: a page holds no key that could be taken from it.</summary>
public sealed class ClickLimits(StorefrontOptions options) : IDisposable
{
    /// <summary>More than come from one company's network, or one carrier's address.</summary>
    public const int MostInWindow = 60;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // An IPv6 subscriber has 64 bits to choose addresses from.
    private const int SubscriberBytes = 8;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(
            address,
            _ => new FixedWindowRateLimiterOptions { PermitLimit = MostInWindow, Window = Window }
        )
    );

    /// <returns>Null: the click may be taken. Otherwise how long until the next may.</returns>
    public TimeSpan? Refuse(IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(Subscriber(address));
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait
            : Window;
    }

    /// <summary>Whose browser sent the request, as far as the proxies in front say.</summary>
    public IPAddress? AddressOf(HttpRequest request)
    {
        var said = request.Headers["X-Forwarded-For"].SelectMany(value => (value ?? "").Split(',')).ToList();
        var address =
            options.Proxies == 0 ? request.HttpContext.Connection.RemoteIpAddress
            : said.Count < options.Proxies ? null
            // Azure adds the port.
            : IPEndPoint.TryParse(said[^options.Proxies].Trim(), out var end) ? end.Address
            : null;
        return address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
    }

    public void Dispose() => _limiter.Dispose();

    private static string Subscriber(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, SubscriberBytes))
            : $"{address}";
}
