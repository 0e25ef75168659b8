namespace OrderFunctions.TestKit.Import;

internal sealed record ImportRun(int ExitCode, string Output, string Error)
{
    /// <summary>The number behind a word at a line's start, such as accepted.</summary>
    public string Number(string word) =>
        Output.Split('\n').Single(line => line.StartsWith(word, StringComparison.Ordinal))[word.Length..].Trim();

    /// <summary>A provider's numbers, by the table's columns.</summary>
    public IReadOnlyDictionary<string, string> Row(string provider)
    {
        var lines = Output.Split('\n');
        var columns = Words(lines.Single(line => line.TrimStart().StartsWith("delivered", StringComparison.Ordinal)));
        var numbers = Words(lines.Single(line => line.StartsWith(provider, StringComparison.Ordinal))).Skip(1);
        return columns.Zip(numbers).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
