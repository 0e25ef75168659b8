using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrderFunctions.Endpoints;

/// <summary>What every answer tells browsers and caches, errors included, on every host.</summary>
public static class SecurityHeaders
{
    private const string NothingMayRunOrFrame = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Adds them once the answer begins. What its handler has set itself stays.</summary>
    public static void AddTo(HttpResponse response) =>
        response.OnStarting(
            static state =>
            {
                Add((HttpResponse)state);
                return Task.CompletedTask;
            },
            response
        );

    private static void Add(HttpResponse response)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, NothingMayRunOrFrame);
        // Answers have orders and customers in them. None but these are kept anyway; and on a page that does not read its
        // click's answer, a browser would take one that may not be stored for one that still comes.
        if (HttpMethods.IsGet(response.HttpContext.Request.Method))
        {
            headers.TryAdd(HeaderNames.CacheControl, "no-store");
        }
    }
}
