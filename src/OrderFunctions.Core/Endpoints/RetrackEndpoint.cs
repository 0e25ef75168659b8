using Microsoft.AspNetCore.Http;
using OrderFunctions.Orders;
using OrderFunctions.Settings;

namespace OrderFunctions.Endpoints;

/// <summary>
/// GET /retrack?click=&amp;deeplink=: the shop's redirect page (seeds: retrack-server-to-server, Create a redirect page).
/// The cookie is readable by the page's script, as the document has it.
/// </summary>
public sealed class RetrackEndpoint(RedirectSettings settings)
{
    public const string Cookie = "retrack_click";

    public IResult Redirect(HttpRequest request)
    {
        var errors = new ValidationErrors();
        if (!Guid.TryParseExact(request.Query["click"], "D", out var click))
        {
            errors.Add("click", "must be the UUID that Retrack sends");
        }

        if (!Uri.TryCreate(request.Query["deeplink"], UriKind.Absolute, out var deeplink) || !IsAllowed(deeplink))
        {
            errors.Add("deeplink", "must be an http or https address on a host of Redirect__AllowedHosts");
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

    private bool IsAllowed(Uri deeplink) =>
        (deeplink.Scheme is "http" or "https")
        && deeplink.UserInfo.Length == 0
        && settings.AllowedHosts.Contains(deeplink.Host, StringComparer.OrdinalIgnoreCase);
}
