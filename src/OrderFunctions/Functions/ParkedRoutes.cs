using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints;

namespace OrderFunctions.App.Functions;

/// <summary>The routes under /api/parked.</summary>
public sealed class ParkedRoutes(ParkedEndpoints parked)
{
    [Function("ListParked")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/parked")] HttpRequest request,
        CancellationToken cancellationToken
    ) => parked.ListAsync(request, cancellationToken);

    [Function("ReplayParked")]
    public Task<IResult> ReplayAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/parked/replay")] HttpRequest request,
        CancellationToken cancellationToken
    ) => parked.ReplayAsync(request, cancellationToken);
}
