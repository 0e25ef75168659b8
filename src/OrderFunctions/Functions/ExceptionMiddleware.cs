using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace OrderFunctions.App.Functions;

/// <summary>
/// Answers for an HTTP function that throws; the Functions host alone would answer 500 without a word. A function of a
/// queue must throw: the host then gives its message back.
/// </summary>
internal sealed class ExceptionMiddleware(IExceptionHandler handler) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception error) when (context.GetHttpContext() is { Response.HasStarted: false } http)
        {
            http.Response.Clear();
            await handler.TryHandleAsync(http, error, context.CancellationToken);
        }
    }
}
