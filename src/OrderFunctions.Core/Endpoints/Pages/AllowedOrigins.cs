using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace OrderFunctions.Endpoints.Pages;

/// <summary>Lets pages of Storefront__AllowedOrigins ask, and no others: CORS, held on the server, too.</summary>
public sealed class AllowedOrigins(StorefrontOptions options)
{
    // Without its log lines, of which every request would cost two.
    private static readonly CorsService Cors = new(Options.Create(new CorsOptions()), NullLoggerFactory.Instance);

    private readonly CorsPolicy _policy = new CorsPolicyBuilder(options.AllowedOrigins)
        .WithMethods(HttpMethods.Get, HttpMethods.Post)
        .WithHeaders(HeaderNames.ContentType)
        .WithExposedHeaders(HeaderNames.RetryAfter)
        .SetPreflightMaxAge(TimeSpan.FromHours(1))
        .Build();

    /// <summary>Whether the request's Origin is one of them; if so, the response's headers let the page read it.</summary>
    public bool Allows(HttpContext context)
    {
        // Also where there is one origin only, for which the library leaves it out: caches must not mix up answers.
        context.Response.Headers.Vary = HeaderNames.Origin;
        var result = Cors.EvaluatePolicy(context, _policy);
        if (!result.IsOriginAllowed)
        {
            return false;
        }

        result.VaryByOrigin = false;
        Cors.ApplyResult(result, context.Response);
        return true;
    }
}
