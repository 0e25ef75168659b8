namespace OrderFunctions.Hosting;

/// <summary>
/// The settings don't allow a start; one sentence for each thing that is wrong. Each line begins with `error: `: of what
/// an app writes, the Functions host keeps as errors only the lines that have such a word.
/// </summary>
public sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception(
        string.Join(
            Environment.NewLine,
            problems
                .Prepend("OrderFunctions can't work with its settings:")
                .Select(line => $"error: {line.ReplaceLineEndings(" ")}")
        )
    )
{
    public IReadOnlyList<string> Problems => problems;
}
