using System.Net;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Endpoints.Pages;

/// <summary>How many clicks one address may report: a page holds no key that could be taken from it.</summary>
public sealed class ClickLimits(StorefrontOptions options) : IDisposable
{
    private readonly CallerLimit _limit = new();

    /// <returns>Null: the click may be taken. Otherwise how long until the next may.</returns>
    public TimeSpan? Refuse(IPAddress? address) => _limit.Refuse(CallerLimit.CallerOf(address));

    /// <summary>Whose browser sent the request, as far as the proxies in front say.</summary>
    public IPAddress? AddressOf(HttpRequest request)
    {
        var noted = request.Headers["X-Forwarded-For"].SelectMany(value => (value ?? "").Split(',')).ToList();
        var address =
            options.Proxies == 0 ? request.HttpContext.Connection.RemoteIpAddress
            : noted.Count < options.Proxies ? null
            // Azure adds the port.
            : IPEndPoint.TryParse(noted[^options.Proxies].Trim(), out var end) ? end.Address
            : null;
        return address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
    }

    public void Dispose() => _limit.Dispose();
}
