using System.Text.Json;

namespace OrderFunctions.Sandbox.Http;

/// <summary>A request that has arrived whole.</summary>
internal sealed record SandboxRequest
{
    public const int BodyLimit = 1024 * 1024;

    public required DateTimeOffset At { get; init; }

    public required string Method { get; init; }

    /// <summary>Path and query as sent.</summary>
    public required string Target { get; init; }

    /// <summary>The path's segments, unescaped one by one, so that an escaped slash stays inside its segment.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    public required IQueryCollection Query { get; init; }

    /// <summary>By name without regard to case; secrets masked.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The Authorization header as sent.</summary>
    public string? Authorization { get; init; }

    public bool TooLarge { get; init; }

    /// <summary>The body, where it is readable JSON.</summary>
    public JsonElement? Json { get; init; }

    /// <summary>Why it is not.</summary>
    public string? JsonProblem { get; init; }
}
