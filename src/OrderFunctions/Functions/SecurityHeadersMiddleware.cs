using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using OrderFunctions.Endpoints;

namespace OrderFunctions.App.Functions;

/// <summary>Gives every answer of an HTTP function its headers. What the Functions host answers itself has none.</summary>
internal sealed class SecurityHeadersMiddleware : IFunctionsWorkerMiddleware
{
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http)
        {
            SecurityHeaders.AddTo(http.Response);
        }

        return next(context);
    }
}
