using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OrderFunctions.Endpoints.Operators;

namespace OrderFunctions.App.Functions;

/// <summary>The route /api/returns.</summary>
public sealed class ReturnRoutes(ReturnEndpoints returns)
{
    [Function("ListReturns")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", Route = "api/returns")] HttpRequest request,
        CancellationToken cancellationToken
    ) => returns.ListAsync(request, cancellationToken);
}
