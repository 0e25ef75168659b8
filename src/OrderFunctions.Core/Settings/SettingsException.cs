namespace OrderFunctions.Settings;

/// <summary>The settings don't allow a start; one sentence for each thing that is wrong.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"- {problem}")))
{
    public IReadOnlyList<string> Problems => problems;
}
