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
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (!IsJson(request.ContentType))
        {
            return new RequestBody(default, Problems.UnsupportedMediaType(request.ContentType));
        }

        if (request.ContentLength > most)
        {
            return new RequestBody(default, Problems.TooLarge(most));
        }

        // One byte more than it has: the end is seen without room for more.
        var buffer = new byte[(int?)request.ContentLength + 1 ?? FirstBytes];
        var length = 0;
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            if (length > most)
            {
                return new RequestBody(default, Problems.TooLarge(most));
            }

            if (read == 0)
            {
                return new RequestBody(buffer.AsMemory(0, length), null);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, most + 1));
            }
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
