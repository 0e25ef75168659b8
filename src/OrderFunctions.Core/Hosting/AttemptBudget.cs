using System.Globalization;
using System.Text;
using OrderFunctions.Json;
using OrderFunctions.Providers;

namespace OrderFunctions.Hosting;

/// <summary>Each provider's whole attempt budget, as a table for people.</summary>
public static class AttemptBudget
{
    public static string Table(IEnumerable<Provider> providers)
    {
        string[] header = ["provider", "told at", "attempts", "scheduled retries after", "over", "time-out", "limit"];
        string[][] rows = [header, .. providers.Select(Row)];
        var widths = header.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var table = new StringBuilder();
        foreach (var row in rows)
        {
            table.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return table.ToString();
    }

    /// <summary>A line about what makes the start pointless; null: all is well.</summary>
    public static string? Warning(IEnumerable<Provider> providers) =>
        providers.Any(provider => provider.Options.Enabled)
            ? null
            : "warning: Every provider is disabled: orders are accepted, and nobody is told. "
                + "Set Providers__X__Enabled to true for each platform that the shop works with.";

    private static string[] Row(Provider provider)
    {
        var total = provider.RetryDelays.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay);
        return
        [
            provider.Name,
            provider.Options.Enabled ? provider.Options.BaseUrl.AbsoluteUri : "(disabled)",
            provider.QuickRetries == 0
                ? Text(provider.MostAttempts)
                : $"{provider.MostAttempts} ({provider.RetryDelays.Count + 1} x {provider.QuickRetries + 1} quick)",
            string.Join(", ", provider.RetryDelays.Select(Text)),
            Text(total),
            $"{provider.Options.TimeoutSeconds} s",
            provider.RequestsPerMinute is { } limit ? $"{limit}/min" : "none",
        ];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) =>
        time switch
        {
            { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h"),
            { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        };
}
