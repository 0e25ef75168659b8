using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Endpoints;

/// <summary>
/// Answers once the rest of the request's body is read and thrown away. Kestrel waits for that rest for five seconds,
/// and then closes the connection: a caller who is still sending sees no answer then, and the Functions host, which
/// forwards the body to its worker, makes a 500 of it.
/// </summary>
internal sealed class AfterBody(IResult answer) : IResult
{
    /// <summary>
    /// What a body may have to be read at all. More than the Functions host lets through (100 to 210 MB), so that its
    /// own limit is the one that counts.
    /// </summary>
    public const int MostBytes = 256 * 1024 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            // Who sent Expect: 100-continue waits for a word before sending the body.
            if (httpContext.Request.Headers.Expect.Count == 0)
            {
                await httpContext.Request.Body.CopyToAsync(Stream.Null, httpContext.RequestAborted);
            }
        }
        catch (Exception error) when (error is ConnectionResetException or OperationCanceledException)
        {
            // Nobody waits for the answer any more.
            httpContext.Abort();
            return;
        }
        catch (IOException error) when (error is BadHttpRequestException || RequestBody.IsGarbled(error))
        {
            // Garbled, or too large even for that: the answer stands.
        }

        await answer.ExecuteAsync(httpContext);
    }
}
