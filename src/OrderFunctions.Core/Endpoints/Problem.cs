namespace OrderFunctions.Endpoints;

/// <summary>RFC 9457 problem details.</summary>
/// <param name="Errors">JSON path (or the parameter's name) -> all that is wrong there.</param>
internal sealed record Problem(string Title, int Status, string? Detail, IReadOnlyDictionary<string, string[]>? Errors);
