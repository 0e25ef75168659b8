using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Pages;

namespace OrderFunctions.App.Functions;

/// <summary>The routes that need no key.</summary>
public sealed class OpenRoutes(RetrackEndpoint retrack, HealthEndpoints health)
{
    [Function("Retrack")]
    public IResult Redirect(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "retrack")] HttpRequest request
    ) => retrack.Redirect(request);

    [Function("Live")]
    public static IResult Live(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/live")] HttpRequest request
    ) => HealthEndpoints.Live();

    [Function("Ready")]
    public Task<IResult> ReadyAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health/ready")] HttpRequest request,
        CancellationToken cancellationToken
    ) => health.ReadyAsync(cancellationToken);

    [Function("OpenApi")]
    public static IResult OpenApi(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "openapi.json")] HttpRequest request
    ) => OpenApiEndpoint.Get();

    [Function("Console")]
    public static IResult GetConsole(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "console")] HttpRequest request
    ) => ConsolePage.Get(request.HttpContext.Response);
}
