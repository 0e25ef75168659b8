using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrderFunctions.Endpoints;

/// <summary>A request's JSON body, or the problem that kept it from being read.</summary>
/// <param name="Room">What a large body takes up of <see cref="LargeBodies"/>; given back with the body.</param>
internal sealed record RequestBody(ReadOnlyMemory<byte> Utf8, IResult? Problem, IDisposable? Room = null) : IDisposable
{
    private const int FirstBytes = 16 * 1024;

    public void Dispose() => Room?.Dispose();

    /// <summary>Reads at most <paramref name="most"/> bytes; nothing beyond them is ever held in memory.</summary>
    public static Task<RequestBody> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken) =>
        IsJson(request.ContentType)
            ? ReadAnyAsync(request, most, cancellationToken)
            : Task.FromResult(new RequestBody(default, Problems.UnsupportedMediaType(request.ContentType)));

    /// <summary>The same, of whatever content type.</summary>
    public static async Task<RequestBody> ReadAnyAsync(
        HttpRequest request,
        int most,
        CancellationToken cancellationToken
    )
    {
        if (request.ContentLength > most)
        {
            return new RequestBody(default, Problems.TooLarge(most));
        }

        // Not by the read's own token: Kestrel then takes it to be still reading, can't throw the rest of the body away,
        // and logs an error.
        var reader = request.BodyReader;
        await using var stop = cancellationToken.Register(reader.CancelPendingRead);
        var buffer = new byte[(int?)request.ContentLength ?? FirstBytes];
        var length = 0;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await reader.ReadAsync(CancellationToken.None);
            }
            catch (IOException error) when (IsGarbled(error))
            {
                return new RequestBody(default, Problems.Unreadable(StatusCodes.Status400BadRequest));
            }

            var end = length + read.Buffer.Length;
            if (end > buffer.Length && end <= most)
            {
                Array.Resize(ref buffer, (int)Math.Max(end, Math.Min(buffer.Length * 2, most)));
            }

            if (end <= most)
            {
                read.Buffer.CopyTo(buffer.AsSpan(length));
                length = (int)end;
            }

            reader.AdvanceTo(read.Buffer.End);
            cancellationToken.ThrowIfCancellationRequested();
            if (end > most)
            {
                return new RequestBody(default, Problems.TooLarge(most));
            }

            if (read.IsCompleted)
            {
                return new RequestBody(buffer.AsMemory(0, length), null);
            }
        }
    }

    /// <summary>
    /// Whether it is a chunk's size of more digits than Kestrel can count: of all that may be garbled, for this alone it throws
    /// no <see cref="BadHttpRequestException"/>.
    /// </summary>
    public static bool IsGarbled(IOException error) => error.InnerException is OverflowException;

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
