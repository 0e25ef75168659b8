using OrderFunctions.Json;

namespace OrderFunctions.Orders;

/// <summary>A visitor landing in the shop by an affiliate's link, before there is an order.</summary>
/// <param name="Visit">Without what only an order has: retrackClick and affiliate.</param>
public sealed record Click(Attribution Visit)
{
    /// <summary>Reads and checks a click, and tells everything that is wrong with it at once.</summary>
    /// <param name="caller">Of a click that the visitor's own browser reports: what its request says, and its body may not.</param>
    /// <returns>The click, or null where <paramref name="errors"/> says why not.</returns>
    public static Click? Read(ReadOnlyMemory<byte> utf8, ValidationErrors errors, Caller? caller = null)
    {
        var before = errors.Count;
        using var document = JsonInput.Parse(utf8, errors);
        if (document is null)
        {
            return null;
        }

        var root = new JsonObjectReader(document.RootElement, "$", errors);
        var visit = new Attribution(
            root.Texts("userIds", most: 50, OrderReader.ShortText),
            root.Texts("visitorIds", most: 50, OrderReader.ShortText),
            root.Text("avantLinkToken"),
            RetrackClick: null,
            Affiliate: null,
            caller is null ? root.Text("userAgent", required: true) : caller.UserAgent,
            caller is null ? root.IpAddress("ipAddress") : caller.IpAddress,
            root.Text("pageUrl", required: true),
            root.Text("referrerUrl"),
            root.Text("googleClickId"),
            root.Text("customTrackingCode")
        );
        root.RefuseUnknownFields();
        if (errors.Count > before)
        {
            return null;
        }

        if (visit is { UserIds: [], VisitorIds: [], AvantLinkToken: null })
        {
            errors.Add("$", "has none of userIds, visitorIds and avantLinkToken: one is needed");
        }

        if (!Uri.TryCreate(visit.PageUrl, UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https"))
        {
            errors.Add("$.pageUrl", "must be an absolute http or https address");
        }

        if (visit.UserAgent is null)
        {
            errors.Add("User-Agent", "is missing: the request has no such header");
        }

        return errors.Count > before ? null : new Click(visit);
    }
}

/// <summary>The browser that a request comes from.</summary>
public sealed record Caller(string? UserAgent, string? IpAddress);
