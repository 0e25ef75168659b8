namespace OrderFunctions.Import;

/// <summary>A problem document, as far as the importer reads it; any of it may be left out.</summary>
internal sealed record ProblemAnswer
{
    public string? Title { get; init; }

    public string? Detail { get; init; }

    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }
}
