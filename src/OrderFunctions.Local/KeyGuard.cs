using System.Collections.Concurrent;
using System.Net;
using OrderFunctions.Endpoints;

namespace OrderFunctions.Local;

/// <summary>
/// Lets only callers with a key at the routes under /api; without a key set, only callers on this machine who
/// address it by a name of this machine (a page that rebinds its own name to 127.0.0.1 is not one).
/// </summary>
public sealed partial class KeyGuard(RequestDelegate next, ApiKeys keys, ILogger<KeyGuard> logger)
{
    private readonly ConcurrentDictionary<string, bool> _used = new();

    public Task InvokeAsync(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api") && Refusal(context) is { } refusal
            ? refusal.ExecuteAsync(context)
            : next(context);

    /// <summary>Keeps who really connects, before a proxy's header says for whom.</summary>
    public static Task RememberConnection(HttpContext context, RequestDelegate next)
    {
        context.Features.Set(new Connected(context.Connection.RemoteIpAddress));
        return next(context);
    }

    private IResult? Refusal(HttpContext context)
    {
        if (!keys.Any)
        {
            var isLocal =
                context.Features.Get<Connected>() is { Address: { } caller }
                && IPAddress.IsLoopback(caller)
                && context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]";
            return isLocal ? null : Problems.Forbidden("Set Local__ApiKey to let other machines in.");
        }

        if (keys.NameOf(context.Request) is not { } name)
        {
            return Problems.Unauthorized($"Send the key of Local__ApiKey in the header {ApiKeys.Header}.");
        }

        // Once for each start: what no line names can be removed.
        if (_used.TryAdd(name, true))
        {
            Used(name);
        }

        return null;
    }

    [LoggerMessage(103, LogLevel.Information, "key.used {Name}, for the first time since the start")]
    private partial void Used(string name);

    private sealed record Connected(IPAddress? Address);
}
