using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrderFunctions.Sandbox.Http;

/// <summary>An answer that is still to be sent.</summary>
internal sealed record Answer(int Status)
{
    private const string JsonType = "application/json";
    private const string TextType = "text/plain; charset=utf-8";

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public IReadOnlyDictionary<string, string[]> Headers { get; init; } = new Dictionary<string, string[]>();

    /// <summary>What was wrong with the request.</summary>
    public string? Problem { get; init; }

    public static Answer Json<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status) { Body = JsonSerializer.SerializeToUtf8Bytes(value, type), ContentType = JsonType };

    /// <summary>A page for people. What it repeats of a request is never taken for HTML.</summary>
    public static Answer Text(string text) =>
        new Answer(200) { Body = Encoding.UTF8.GetBytes(text), ContentType = TextType }.With(
            "X-Content-Type-Options",
            "nosniff"
        );

    public Answer With(string name, params string[] values) =>
        this with
        {
            Headers = new Dictionary<string, string[]>(Headers, StringComparer.OrdinalIgnoreCase) { [name] = values },
        };

    public Answer WithRetryAfter(TimeSpan wait) =>
        With("Retry-After", FormattableString.Invariant($"{Math.Max(1, Math.Ceiling(wait.TotalSeconds)):0}"));

    public async Task SendAsync(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = Status;
        response.ContentType = ContentType;
        foreach (var (name, values) in Headers)
        {
            response.Headers[name] = values;
        }

        if (!Body.IsEmpty)
        {
            response.ContentLength = Body.Length;
            await response.Body.WriteAsync(Body, ct);
        }
    }
}
