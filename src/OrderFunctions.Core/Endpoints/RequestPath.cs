using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrderFunctions.Endpoints;

/// <summary>What a request's path says exactly.</summary>
public static class RequestPath
{
    /// <summary>The one escape that a decoded path still has, in either case: it would be a separator.</summary>
    public const string EscapedSlash = "%2F";

    /// <summary>What comes after the order's id where its memory is meant.</summary>
    public const string Memory = "/memory";

    private const string Orders = "/api/orders/";

    /// <summary>
    /// The order's id. a/b and a%2Fb look alike to routing, which gets the path decoded but for
    /// <see cref="EscapedSlash"/>; the raw request target tells them apart.
    /// </summary>
    /// <param name="routed">What routing took for the id: all that comes after /api/orders/ and before the rest.</param>
    /// <param name="rest">What comes after the id.</param>
    public static string OrderId(HttpRequest request, string routed, string rest = "")
    {
        if (!routed.Contains(EscapedSlash, StringComparison.OrdinalIgnoreCase))
        {
            return routed;
        }

        var path = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var start = path.IndexOf(Orders, StringComparison.OrdinalIgnoreCase);
        var id = start < 0 ? "" : path[(start + Orders.Length)..].TrimEnd('/');
        return start >= 0 && id.EndsWith(rest, StringComparison.OrdinalIgnoreCase)
            ? Uri.UnescapeDataString(id[..^rest.Length])
            : routed;
    }
}
