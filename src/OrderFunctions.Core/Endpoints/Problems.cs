using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Json;
using OrderFunctions.Ledger;

namespace OrderFunctions.Endpoints;

/// <summary>Every answer that is not a success, as application/problem+json.</summary>
public static class Problems
{
    private const string TooLargeTitle = "The request is too large; nothing was accepted.";

    public static IResult Invalid(ValidationErrors errors) =>
        Result("The request is not valid; nothing was accepted.", 400, errors.Rest, errors.ToDictionary());

    public static IResult TooLarge(int most) =>
        new AfterBody(Result(TooLargeTitle, 413, $"At most {most} bytes are taken."));

    /// <summary>There are more large bodies at once than there is room for.</summary>
    public static IResult NoRoom(HttpResponse response) =>
        new AfterBody(
            Unavailable(
                response,
                "Nothing was accepted; try again later.",
                $"Of bodies over {LargeBodies.Small} bytes, at most {LargeBodies.MostBytes} bytes are taken at once. Smaller ones always are."
            )
        );

    public static IResult UnsupportedMediaType(string? contentType) =>
        new AfterBody(Result("The content type must be application/json.", 415, $"It is {contentType ?? "missing"}."));

    /// <summary>A body that could not be read to its end.</summary>
    /// <param name="status">400: it is garbled or ends too early; 408: it comes too slowly; 413: it is too large.</param>
    public static IResult Unreadable(int status) =>
        Result(
            status switch
            {
                408 => "The request's body came too slowly; nothing was accepted.",
                413 => TooLargeTitle,
                _ => "The request's body is garbled or ends too early; nothing was accepted.",
            },
            status,
            null
        );

    public static IResult NotFound(string detail) => Result("Not found.", 404, detail);

    public static IResult TooManyJobs(int most) =>
        Result(
            "Too many jobs are running; nothing was accepted.",
            409,
            $"At most {most} run at once: wait for one of GET /api/parked/jobs to be done, or cancel one."
        );

    /// <summary>What routing itself refuses: no such route, or not by this method.</summary>
    public static IResult NoRoute(int status) =>
        Result(
            status == 405 ? "This route does not take that method." : "There is no such route.",
            status,
            "The routes stand in /openapi.json."
        );

    public static IResult Unauthorized(string detail) => Result("The key is missing or wrong.", 401, detail);

    /// <summary>A webhook whose signature does not verify: no word of why.</summary>
    public static IResult BadSignature() => new AfterBody(Result("The signature does not verify.", 401, null));

    /// <summary>What the request needs did not come in time, or can't be had.</summary>
    public static IResult NotNow(HttpResponse response) =>
        Unavailable(response, "Nothing was accepted; try again later.", null);

    public static IResult Forbidden(string detail) => Result("Not allowed.", 403, detail);

    /// <summary>The request does not come from a page of the shop's.</summary>
    public static IResult OriginNotAllowed() =>
        new AfterBody(
            Result(
                "Not allowed.",
                403,
                "Only pages of the origins in Storefront__AllowedOrigins may ask; a browser sends the page's in Origin."
            )
        );

    /// <param name="wait">After which the next is taken.</param>
    public static IResult TooManyRequests(HttpResponse response, TimeSpan wait)
    {
        response.Headers.RetryAfter = $"{Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))}";
        return new AfterBody(Result("Too many requests; nothing was accepted.", 429, null));
    }

    /// <summary>Duel has not answered since the start.</summary>
    public static IResult NoGalleryYet(HttpResponse response) =>
        Unavailable(
            response,
            "There are no assets yet; try again later.",
            "Duel has not answered so far; the log says why."
        );

    public static IResult Unexpected(string traceId) =>
        Result(
            "Something failed here; it is in the log.",
            500,
            "Nothing was accepted unless a 202 said so. Try again. The log's line request.failed has the same traceId.",
            traceId: traceId
        );

    /// <summary>The handler's answer; where the bus or the ledger can't be had, that nothing was accepted.</summary>
    public static async Task<IResult> OrUnavailableAsync(HttpResponse response, Func<Task<IResult>> handle)
    {
        try
        {
            return await handle();
        }
        catch (Exception error) when (error is BusUnavailableException or LedgerUnavailableException)
        {
            response.HttpContext.RequestServices.GetRequiredService<OutageLog>().Tell(error);
            return Unavailable(response, "Nothing was accepted; try again later.", error.Message);
        }
    }

    /// <summary>The host ended the request before it was done.</summary>
    public static IResult Stopping(HttpResponse response) =>
        Unavailable(response, "The host is stopping; try again later.", "Nothing was accepted unless a 202 said so.");

    private static IResult Unavailable(HttpResponse response, string title, string? detail)
    {
        response.Headers.RetryAfter = "5";
        return Result(title, 503, detail);
    }

    private static IResult Result(
        string title,
        int status,
        string? detail,
        IReadOnlyDictionary<string, string[]>? errors = null,
        string? traceId = null
    ) =>
        Results.Json(
            new Problem(title, status, detail, errors, traceId),
            EndpointJson.Default.Problem,
            "application/problem+json",
            status
        );
}

/// <summary>RFC 9457 problem details.</summary>
/// <param name="Errors">JSON path (or the parameter's name) -> all that is wrong there.</param>
/// <param name="TraceId">Where the log says more: its line request.failed carries the same id.</param>
internal sealed record Problem(
    string Title,
    int Status,
    string? Detail,
    IReadOnlyDictionary<string, string[]>? Errors,
    string? TraceId
);
