namespace OrderFunctions.Import;

/// <summary>A line that was not accepted.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Errors">JSON path within the line -> all that is wrong there.</param>
internal sealed record RefusedLine(long Line, IReadOnlyDictionary<string, string[]> Errors)
{
    public static RefusedLine Because(long line, string message) =>
        new(line, new Dictionary<string, string[]> { ["$"] = [message] });
}
