using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Http;

/// <summary>A response that is still to be sent.</summary>
internal sealed record Response(int StatusCode)
{
    private const string JsonType = "application/json";
    private const string TextType = "text/plain; charset=utf-8";

    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public IReadOnlyDictionary<string, string[]> Headers { get; init; } = new Dictionary<string, string[]>();

    /// <summary>What was wrong with the request.</summary>
    public string? Problem { get; init; }

    public static Response Json<T>(int statusCode, T value, JsonTypeInfo<T> type) =>
        new(statusCode) { Body = JsonSerializer.SerializeToUtf8Bytes(value, type), ContentType = JsonType };

    /// <summary>A page for people. What it repeats of a request is never taken for HTML.</summary>
    public static Response Text(string text) =>
        new Response(200) { Body = Encoding.UTF8.GetBytes(text), ContentType = TextType }.With(
            "X-Content-Type-Options",
            "nosniff"
        );

    /// <summary>A refusal in the sandbox's own form.</summary>
    public static Response Refusal(int statusCode, IReadOnlyList<string> problems) =>
        Json(statusCode, Http.Refusal.Of(statusCode, problems), RefusalJson.CamelCase.Refusal) with
        {
            Problem = string.Join(' ', problems),
        };

    public Response With(string name, params string[] values) =>
        this with
        {
            Headers = new Dictionary<string, string[]>(Headers, StringComparer.OrdinalIgnoreCase) { [name] = values },
        };

    public Response WithRetryAfter(TimeSpan wait) =>
        With("Retry-After", FormattableString.Invariant($"{Math.Max(1, Math.Ceiling(wait.TotalSeconds)):0}"));

    public async Task SendAsync(HttpResponse response, CancellationToken ct)
    {
        response.StatusCode = StatusCode;
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

/// <summary>
/// The body of a refusal by the control routes, and by a provider whose document shows no error body: the form is
/// ours.
/// </summary>
internal sealed record Refusal(string Message, IReadOnlyList<string> Errors)
{
    public static Refusal Of(int statusCode, IReadOnlyList<string> problems) =>
        new(
            statusCode switch
            {
                400 => "The request is malformed.",
                401 => "The credentials are missing or wrong.",
                404 => "Not found.",
                405 => "The method is not allowed here.",
                409 => "It exists already.",
                413 => "The body is too large.",
                415 => "The content type is not supported.",
                429 => "Too many requests.",
                _ => "The request is invalid.",
            },
            problems
        );
}

[JsonSerializable(typeof(Refusal))]
internal sealed partial class RefusalJson : JsonSerializerContext
{
    public static readonly RefusalJson CamelCase = new(JsonStyle.CamelCase());
}
