namespace OrderFunctions.Endpoints;

/// <summary>RFC 9457 problem details.</summary>
/// <param name="Errors">JSON path (or the parameter's name) -> all that is wrong there.</param>
/// <param name="TraceId">Where the log says more: its line request.failed carries the same id.</param>
internal sealed record Problem(
    string Title,
    int Status,
    string? Detail,
    IReadOnlyDictionary<string, string[]>? Errors,
    string? TraceId
);
