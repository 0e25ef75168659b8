using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrderFunctions.Endpoints.Pages;

/// <summary>
/// GET /console: one page over the routes under /api, put together from the files in the folder Console. It loads
/// nothing else, and needs no key itself: it asks for the key of the routes.
/// </summary>
public static class ConsolePage
{
    // A module: its names are its own. The last file starts it.
    private static readonly string[] Scripts =
    [
        "dom.js",
        "format.js",
        "api.js",
        "live.js",
        "dialogs.js",
        "charts.js",
        "overview.js",
        "needs.js",
        "provider.js",
        "order.js",
        "preview.js",
        "parked.js",
        "parked-tables.js",
        "actions.js",
        "jobs.js",
        "returns.js",
        "main.js",
    ];

    private static readonly string Style = Read("console.css");
    private static readonly string Script = string.Join('\n', Scripts.Select(Read));
    private static readonly byte[] Page = Encoding.UTF8.GetBytes(
        Read("console.html").Replace("<!-- console.css -->", Style).Replace("<!-- console.js -->", Script)
    );
    private static readonly EntityTagHeaderValue Tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Page))}\"");

    // Its own style and script and no others; no text can become markup (Trusted Types); data: is the page's icon.
    private static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    public static IResult Get(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.CacheControl = "no-cache";
        headers["Referrer-Policy"] = "no-referrer";
        return Results.Bytes(Page, "text/html; charset=utf-8", entityTag: Tag);
    }

    private static string Hash(string text) =>
        $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private static string Read(string file)
    {
        using var reader = new StreamReader(
            typeof(ConsolePage).Assembly.GetManifestResourceStream($"console/{file}")!,
            Encoding.UTF8
        );
        // As a browser reads it, whatever the checkout made of its line ends: or its hash would be another.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
