using Microsoft.AspNetCore.Http;
using OrderFunctions.Json;

namespace OrderFunctions.Endpoints;

/// <summary>
/// GET /retrack?click=&amp;deeplink=: the shop's redirect page (seeds: retrack-server-to-server, Create a redirect page).
/// The cookie is readable by the page's script, as the document has it.
/// </summary>
public sealed class RetrackEndpoint(RedirectOptions options)
{
    public const string Cookie = "retrack_click";

    public IResult Redirect(HttpRequest request)
    {
        var errors = new ValidationErrors();
        if (!Guid.TryParseExact(Single(request, "click"), "D", out var click))
        {
            errors.Add("click", "must be the UUID that Retrack sends, once");
        }

        if (!Uri.TryCreate(Single(request, "deeplink"), UriKind.Absolute, out var deeplink) || !IsAllowed(deeplink))
        {
            errors.Add("deeplink", "must be an http or https address on a host of Redirect__AllowedHosts, once");
        }

        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        request.HttpContext.Response.Cookies.Append(
            Cookie,
            click.ToString("D"),
            new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(10),
                Path = "/",
                Secure = true,
                SameSite = SameSiteMode.Lax,
            }
        );
        return Results.Redirect(deeplink!.AbsoluteUri);
    }

    // Of two it is not for us to choose one; as text they would be joined by a comma.
    private static string? Single(HttpRequest request, string parameter) =>
        request.Query[parameter] is [var value] ? value : null;

    private bool IsAllowed(Uri deeplink) =>
        (deeplink.Scheme is "http" or "https")
        && deeplink.UserInfo.Length == 0
        && options.AllowedHosts.Contains(deeplink.Host, StringComparer.OrdinalIgnoreCase);
}
