using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints.Operators;

namespace OrderFunctions.App.Functions;

/// <summary>The routes under /api/parked.</summary>
public sealed class ParkedRoutes(ParkedEndpoints parked)
{
    [Function("ListParked")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/parked")] HttpRequest request,
        CancellationToken cancellationToken
    ) => parked.ListAsync(request, cancellationToken);

    [Function("SummarizeParked")]
    public Task<IResult> SummarizeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/parked/summary")] HttpRequest request,
        CancellationToken cancellationToken
    ) => parked.SummarizeAsync(request, cancellationToken);

    [Function("ReplayParked")]
    public Task<IResult> ReplayAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/parked/replay")] HttpRequest request,
        CancellationToken cancellationToken
    ) => parked.ReplayAsync(request, cancellationToken);

    [Function("DiscardParked")]
    public Task<IResult> DiscardAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/parked/discard")] HttpRequest request,
        CancellationToken cancellationToken
    ) => parked.DiscardAsync(request, cancellationToken);

    [Function("ListParkedJobs")]
    public Task<IResult> ListJobsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/parked/jobs")] HttpRequest request,
        CancellationToken cancellationToken
    ) => parked.ListJobsAsync(request, cancellationToken);

    [Function("GetParkedJob")]
    public Task<IResult> FindJobAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/parked/jobs/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) => parked.FindJobAsync(request, id, cancellationToken);

    [Function("CancelParkedJob")]
    public Task<IResult> CancelJobAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/parked/jobs/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken
    ) => parked.CancelJobAsync(request, id, cancellationToken);
}
