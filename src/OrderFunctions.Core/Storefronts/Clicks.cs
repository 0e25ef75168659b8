using System.Web;

namespace OrderFunctions.Storefronts;

/// <summary>
/// What attribution.js has put into the cart or the order, and what the address of the first page says where it could
/// not. The names are the platform's prefix and these: avad, retrack_click, duel_a, gclid, vid, ua_page.
/// </summary>
/// <param name="kept">From a name without its prefix to what was kept under it.</param>
/// <param name="landingPage">The address of the first page, or its path and query.</param>
internal sealed class Clicks(Func<string, string?> kept, string? landingPage)
{
    /// <summary>Shopify cuts the landing page here, in the middle of whatever stands there.</summary>
    private const int CutAt = 255;

    private readonly System.Collections.Specialized.NameValueCollection _landing = Parameters(landingPage);

    public string? AvantLinkToken => Kept("avad") ?? Landing("avad");

    /// <summary>Others call a parameter "click", too: Retrack's is a UUID.</summary>
    public string? RetrackClick =>
        Kept("retrack_click")
        ?? (Guid.TryParseExact(Landing("click"), "D", out var click) ? click.ToString("D") : null);

    public string? Affiliate => Kept("duel_a") ?? Landing("duel_a");

    public string? GoogleClickId => Kept("gclid") ?? Landing("gclid");

    public IReadOnlyList<string> VisitorIds => Kept("vid") is { Length: <= 256 } visitor ? [visitor] : [];

    public string? PageUrl => Kept("ua_page");

    private string? Kept(string name) => kept(name) is { Length: > 0 } text ? text : null;

    private string? Landing(string name) =>
        _landing[name] is { Length: > 0 } text && !text.Any(char.IsControl) ? text.Trim() : null;

    private static System.Collections.Specialized.NameValueCollection Parameters(string? page)
    {
        var query = page?.Split('#')[0].Split('?', 2) is [_, var found] ? found : "";
        if (page?.Length >= CutAt)
        {
            query = query[..Math.Max(0, query.LastIndexOf('&'))];
        }

        return HttpUtility.ParseQueryString(query);
    }
}
