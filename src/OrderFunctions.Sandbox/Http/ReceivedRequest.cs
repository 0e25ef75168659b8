using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderFunctions.Sandbox.Http;

/// <summary>A request that a provider of the sandbox received, as it stood when it was asked for.</summary>
/// <param name="Provider">Its name, in lower case.</param>
/// <param name="At">When it had arrived whole, by the server's TimeProvider.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">As sent: with the provider's prefix, still escaped, with the query.</param>
/// <param name="Headers">By name without regard to case. Of Authorization only the scheme is kept, then " ***".</param>
/// <param name="Body">The body where it is readable JSON of at most 1 MB.</param>
/// <param name="StatusCode">The one sent; null while there is none and where the connection was dropped.</param>
/// <param name="Problem">What the sandbox found wrong with the request, if it refused it.</param>
public sealed record ReceivedRequest(
    string Provider,
    DateTimeOffset At,
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    JsonElement? Body,
    [property: JsonPropertyName("answer")] int? StatusCode,
    string? Problem
);
