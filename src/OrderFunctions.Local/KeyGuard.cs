using System.Net;
using System.Security.Cryptography;
using System.Text;
using OrderFunctions.Endpoints;

namespace OrderFunctions.Local;

/// <summary>
/// Lets only callers with the key at the routes under /api; without a key set, only callers on this machine who
/// address it by a name of this machine (a page that rebinds its own name to 127.0.0.1 is not one).
/// </summary>
public sealed class KeyGuard(RequestDelegate next, LocalOptions options)
{
    /// <summary>Where the key is looked for first, as on the Functions host.</summary>
    public const string Header = "x-functions-key";

    /// <summary>Where it is looked for without the header.</summary>
    public const string Parameter = "code";

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api") && Refusal(context) is { } refusal
            ? refusal.ExecuteAsync(context)
            : next(context);

    private IResult? Refusal(HttpContext context)
    {
        if (!string.IsNullOrEmpty(options.ApiKey))
        {
            return IsKey(KeyOf(context.Request))
                ? null
                : Problems.Unauthorized($"Send the key of Local__ApiKey in the header {Header}.");
        }

        var isLocal =
            context.Connection.RemoteIpAddress is { } caller
            && IPAddress.IsLoopback(caller)
            && context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]";
        return isLocal ? null : Problems.Forbidden("Set Local__ApiKey to let other machines in.");
    }

    private static string KeyOf(HttpRequest request) =>
        (request.Headers.TryGetValue(Header, out var key) ? key : request.Query[Parameter]).ToString();

    // Hashes are equally long, so that neither the key's length nor its start can be measured.
    private bool IsKey(string given) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(options.ApiKey!))
        );
}
