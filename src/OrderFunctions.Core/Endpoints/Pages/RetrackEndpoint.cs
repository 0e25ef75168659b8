using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using OrderFunctions.Json;

namespace OrderFunctions.Endpoints.Pages;

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
        var isClick = Guid.TryParseExact(Single(request, "click"), "D", out var click);
        if (!isClick)
        {
            errors.Add("click", "must be the UUID that Retrack sends, once");
        }

        if (!Uri.TryCreate(Single(request, "deeplink"), UriKind.Absolute, out var deeplink) || !IsAllowed(deeplink))
        {
            errors.Add("deeplink", "must be an http or https address on a host of Redirect__AllowedHosts, once");
        }

        var target = errors.Any ? options.Home : deeplink;
        if (target is null)
        {
            return Problems.Invalid(errors);
        }

        // Also where only the deeplink is broken: the visitor did come by this click.
        if (isClick)
        {
            SetCookie(request.HttpContext.Response, click);
        }

        var location = Ascii(target);
        return Results.Redirect(
            isClick && options.AppendClick
                ? QueryHelpers.AddQueryString(location, "click", click.ToString("D"))
                : location
        );
    }

    private void SetCookie(HttpResponse response, Guid click) =>
        response.Cookies.Append(
            Cookie,
            click.ToString("D"),
            new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(10),
                Path = "/",
                Domain = string.IsNullOrEmpty(options.CookieDomain) ? null : options.CookieDomain,
                Secure = true,
                SameSite = SameSiteMode.Lax,
            }
        );

    // Of two it is not for us to choose one; as text they would be joined by a comma.
    private static string? Single(HttpRequest request, string parameter) =>
        request.Query[parameter] is [var value] ? value : null;

    private bool IsAllowed(Uri deeplink) =>
        (deeplink.Scheme is "http" or "https") && deeplink.UserInfo.Length == 0 && options.Allows(deeplink);

    // A header takes no other letters; and it has the very host that was looked up.
    private static string Ascii(Uri address) =>
        new UriBuilder(address) { Host = address.IdnHost }
            .Uri
            .AbsoluteUri;
}
