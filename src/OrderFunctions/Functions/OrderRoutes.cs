using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints;

namespace OrderFunctions.Functions;

/// <summary>The routes under /api/orders.</summary>
public sealed class OrderRoutes(OrderEndpoints orders)
{
    [Function("SubmitOrder")]
    public Task<IResult> SubmitAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders")] HttpRequest request,
        CancellationToken cancellationToken
    ) => orders.SubmitAsync(request, cancellationToken);

    [Function("SubmitOrders")]
    public Task<IResult> SubmitBatchAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders/batch")] HttpRequest request,
        CancellationToken cancellationToken
    ) => orders.SubmitBatchAsync(request, cancellationToken);

    [Function("PreviewOrder")]
    public Task<IResult> PreviewAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/orders/preview")] HttpRequest request,
        CancellationToken cancellationToken
    ) => orders.PreviewAsync(request, cancellationToken);

    [Function("GetOrder")]
    public Task<IResult> FindAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/orders/{orderId}")] HttpRequest request,
        string orderId,
        CancellationToken cancellationToken
    ) => orders.FindAsync(request, orderId, cancellationToken);
}
