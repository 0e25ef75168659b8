using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints;

namespace OrderFunctions.App.Functions;

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

    // All the rest of the path: on its way through Azure a %2F may become a slash before it gets here.
    [Function("GetOrder")]
    public Task<IResult> FindAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/orders/{*orderId}")] HttpRequest request,
        string? orderId,
        CancellationToken cancellationToken
    ) => orders.FindAsync(request, OrderIds(request, orderId ?? ""), cancellationToken);

    [Function("EraseMemory")]
    public Task<IResult> EraseMemoryAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "api/orders/{*orderIdAndMemory}")]
            HttpRequest request,
        string? orderIdAndMemory,
        CancellationToken cancellationToken
    ) =>
        (orderIdAndMemory ?? "").TrimEnd('/') is var path
        && path.EndsWith(RequestPath.Memory, StringComparison.OrdinalIgnoreCase)
            ? orders.EraseMemoryAsync(
                request,
                OrderIds(request, path[..^RequestPath.Memory.Length], RequestPath.Memory),
                cancellationToken
            )
            : Task.FromResult(Problems.NoRoute(StatusCodes.Status405MethodNotAllowed));

    // The Functions host forwards the path as it has decoded it, with every % escaped anew: what came as a%2Fb and what
    // came as a%252Fb both arrive as a%252Fb.
    private static IReadOnlyList<string> OrderIds(HttpRequest request, string routed, string rest = "")
    {
        var id = RequestPath.OrderId(request, routed, rest);
        var other = id.Replace(RequestPath.EscapedSlash, "/", StringComparison.OrdinalIgnoreCase);
        return other == id ? [id] : [id, other];
    }
}
