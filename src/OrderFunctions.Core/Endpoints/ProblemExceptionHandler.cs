using System.Diagnostics;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrderFunctions.Endpoints;

/// <summary>
/// What becomes of an exception that no handler foresaw, on every host: a problem document that gives nothing away,
/// and a line in the log with the same trace id.
/// </summary>
public sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    /// <param name="cancellationToken">Cancelled where the host itself ended the request.</param>
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        var request = httpContext.Request;
        if (exception is BadHttpRequestException bad)
        {
            Unreadable(request.Method, request.Path, bad.Message);
            await Problems.Unreadable(bad.StatusCode).ExecuteAsync(httpContext);
        }
        else if (HasCallerGone(httpContext, exception))
        {
            Aborted(request.Method, request.Path);
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        else if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            Aborted(request.Method, request.Path);
            await Problems.Stopping(httpContext.Response).ExecuteAsync(httpContext);
        }
        else
        {
            var traceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier;
            Failed(exception, request.Method, request.Path, traceId);
            await Problems.Unexpected(traceId).ExecuteAsync(httpContext);
        }

        return true;
    }

    // The connection may be found broken before the token says so.
    private static bool HasCallerGone(HttpContext context, Exception exception) =>
        exception is ConnectionResetException
        || (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    [LoggerMessage(100, LogLevel.Error, "request.failed {Method} {Path} {TraceId}")]
    private partial void Failed(Exception error, string method, string path, string traceId);

    [LoggerMessage(
        101,
        LogLevel.Debug,
        "request.aborted {Method} {Path}: the caller has gone, or the host is stopping"
    )]
    private partial void Aborted(string method, string path);

    [LoggerMessage(102, LogLevel.Debug, "request.unreadable {Method} {Path}: {Reason}")]
    private partial void Unreadable(string method, string path, string reason);
}
