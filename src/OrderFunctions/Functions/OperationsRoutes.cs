using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints.Operators;

namespace OrderFunctions.App.Functions;

/// <summary>How the deliveries go, and the pauses.</summary>
public sealed class OperationsRoutes(OperationsEndpoints operations)
{
    private const string Pause = "api/providers/{provider}/pause";

    [Function("GetOverview")]
    public Task<IResult> OverviewAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/overview")] HttpRequest request,
        CancellationToken cancellationToken
    ) => operations.OverviewAsync(request, cancellationToken);

    [Function("PauseProvider")]
    public Task<IResult> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = Pause)] HttpRequest request,
        string provider,
        CancellationToken cancellationToken
    ) => operations.PauseAsync(request, provider, cancellationToken);

    [Function("ResumeProvider")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = Pause)] HttpRequest request,
        string provider,
        CancellationToken cancellationToken
    ) => operations.ResumeAsync(request, provider, cancellationToken);
}
