using Microsoft.AspNetCore.Http;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Endpoints.Pages;

/// <summary>The routes /clicks and /api/clicks, the same for every host.</summary>
public sealed class ClickEndpoints(ClickIntake intake, AllowedOrigins origins, ClickLimits limits)
{
    /// <summary>What a click may have.</summary>
    public const int MostBytes = 16 * 1024;

    private const int LongestUserAgent = 4096;

    /// <summary>POST /api/clicks</summary>
    public Task<IResult> SubmitAsync(HttpRequest request, CancellationToken cancellationToken) =>
        SubmitAsync(request, caller: null, cancellationToken);

    /// <summary>POST /clicks: from a page of the shop's; user agent and address are the request's own.</summary>
    public Task<IResult> SubmitFromPageAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!origins.Allows(request.HttpContext))
        {
            return Task.FromResult(Problems.OriginNotAllowed());
        }

        if (limits.Refuse(request) is { } wait)
        {
            return Task.FromResult(Problems.TooManyRequests(request.HttpContext.Response, wait));
        }

        // A header may have control characters, and a click may not: nobody would mend it once it is parked.
        var agent = string.Concat(request.Headers.UserAgent.ToString().Where(letter => !char.IsControl(letter))).Trim();
        var caller = new Caller(
            agent.Length == 0 ? null : agent[..Math.Min(agent.Length, LongestUserAgent)],
            CallerLimit.AddressOf(request)?.ToString()
        );
        return SubmitAsync(request, caller, cancellationToken);
    }

    /// <summary>OPTIONS /clicks: a browser asks before it posts from another origin.</summary>
    public IResult Preflight(HttpRequest request) =>
        origins.Allows(request.HttpContext) ? Results.NoContent() : Problems.OriginNotAllowed();

    private async Task<IResult> SubmitAsync(HttpRequest request, Caller? caller, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadAsync(request, MostBytes, cancellationToken);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var errors = new ValidationErrors();
        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
                await intake.SubmitAsync(body.Utf8, caller, errors, cancellationToken) is { } id
                    ? Results.Json(
                        new ClickResponse(id),
                        EndpointJson.Default.ClickResponse,
                        statusCode: StatusCodes.Status202Accepted
                    )
                    : Problems.Invalid(errors)
        );
    }
}
