using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Orders;

namespace OrderFunctions.Endpoints;

/// <summary>
/// Lets in large bodies only so far as there is room: so many bytes of them are read and worked on at once, over all
/// requests; more wait, and beyond that they are refused. Smaller ones need no room: an order never waits for a batch.
/// </summary>
public sealed class LargeBodies(TimeProvider timeProvider) : IDisposable
{
    /// <summary>Up to here a body needs no room: the most that one order event has, 192 KB.</summary>
    public const int Small = OrderEventReader.MostBytes;

    /// <summary>The room: two of the largest batches, 10 MB. A batch takes up to 15 times its bytes until it is answered.</summary>
    public const int MostBytes = 2 * OrderEndpoints.MostBatchBytes;

    /// <summary>What may wait for room, 70 MB; it is still with its sender.</summary>
    public const int MostBytesWaiting = 14 * OrderEndpoints.MostBatchBytes;

    /// <summary>How long a body may take to be let in and to arrive: a slow one keeps its room from others.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrencyLimiter _limiter = new(
        new ConcurrencyLimiterOptions
        {
            PermitLimit = MostBytes,
            QueueLimit = MostBytesWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        }
    );

    /// <summary>Reads a body once there is room for it; the room is given back with the body.</summary>
    internal Task<RequestBody> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken) =>
        ReadAsync(request, most, RequestBody.ReadAsync, cancellationToken);

    /// <summary>The same, of whatever content type.</summary>
    internal Task<RequestBody> ReadAnyAsync(HttpRequest request, int most, CancellationToken cancellationToken) =>
        ReadAsync(request, most, RequestBody.ReadAnyAsync, cancellationToken);

    private async Task<RequestBody> ReadAsync(
        HttpRequest request,
        int most,
        Func<HttpRequest, int, CancellationToken, Task<RequestBody>> read,
        CancellationToken cancellationToken
    )
    {
        var bytes = request.ContentLength ?? most;
        if (bytes <= Small || bytes > most)
        {
            return await read(request, most, cancellationToken);
        }

        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        RateLimitLease? room = null;
        RequestBody? body = null;
        try
        {
            room = await _limiter.AcquireAsync((int)bytes, either.Token);
            if (room.IsAcquired)
            {
                body = await read(request, most, either.Token) with { Room = room };
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // It took too long.
        }
        finally
        {
            if (body is null)
            {
                room?.Dispose();
            }
        }

        return body
            ?? new RequestBody(
                default,
                room is { IsAcquired: true } ? Problems.Unreadable(408) : Problems.NoRoom(request.HttpContext.Response)
            );
    }

    public void Dispose() => _limiter.Dispose();
}
