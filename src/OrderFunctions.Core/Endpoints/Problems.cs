using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.Endpoints;

/// <summary>Every answer that is not a success, as application/problem+json.</summary>
public static class Problems
{
    public static IResult Invalid(ValidationErrors errors) =>
        Result("The request is not valid; nothing was accepted.", 400, errors.Rest, errors.ToDictionary());

    public static IResult TooLarge(int most) =>
        Result("The request is too large; nothing was accepted.", 413, $"At most {most} bytes are taken.");

    /// <summary>More large bodies at once than there is room for, or one that was too long in coming.</summary>
    public static IResult NoRoom(HttpResponse response)
    {
        response.Headers.RetryAfter = "5";
        return Result(
            "Nothing was accepted; try again later.",
            503,
            $"At most {LargeBodies.MostBytes} bytes of bodies over {LargeBodies.Small} bytes are taken at once, and each must be let in and arrive within {LargeBodies.Patience.TotalSeconds:0} s. Smaller ones always are."
        );
    }

    public static IResult UnsupportedMediaType(string? contentType) =>
        Result("The content type must be application/json.", 415, $"It is {contentType ?? "missing"}.");

    public static IResult NotFound(string detail) => Result("Not found.", 404, detail);

    /// <summary>What routing itself refuses: no such route, or not by this method.</summary>
    public static IResult NoRoute(int status) =>
        Result(
            status == 405 ? "This route does not take that method." : "There is no such route.",
            status,
            "The routes stand in /openapi.json."
        );

    public static IResult Unauthorized(string detail) => Result("The key is missing or wrong.", 401, detail);

    public static IResult Forbidden(string detail) => Result("Not allowed.", 403, detail);

    public static IResult Unexpected() =>
        Result(
            "Something failed here; it is in the log.",
            500,
            "Nothing was accepted unless a 202 said so. Try again."
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
            response.Headers.RetryAfter = "5";
            return Result("Nothing was accepted; try again later.", 503, error.Message);
        }
    }

    private static IResult Result(
        string title,
        int status,
        string? detail,
        IReadOnlyDictionary<string, string[]>? errors = null
    ) =>
        Results.Json(
            new Problem(title, status, detail, errors),
            EndpointJson.Default.Problem,
            "application/problem+json",
            status
        );
}
