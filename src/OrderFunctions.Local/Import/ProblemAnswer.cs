namespace OrderFunctions.Local.Import;

/// <summary>A problem document, as far as the importer reads it.</summary>
internal sealed record ProblemAnswer(string? Title, string? Detail, IReadOnlyDictionary<string, string[]>? Errors);
