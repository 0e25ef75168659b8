using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>The loads of docs/performance.md, each beside its twin of the same run.</summary>
internal static class LoadTable
{
    private const string Begin = "<!-- load: begin -->";
    private const string End = "<!-- load: end -->";
    private const int Connections = 64;
    private const int WarmUpOrders = 10_000;

    // Of a load that goes as fast as it can: what is accepted faster than it is told has to be told afterwards.
    private const int MostOrders = 50_000;

    public static async Task<string> MeasureAsync(TimeSpan duration)
    {
        var calls = await LoadCommand.CallsTwinAsync(Connections, duration / 2);
        var intake = await LoadCommand.IntakeTwinAsync(Connections, duration / 2);
        var single = await LoadAsync(new Offer(Connections, 1, null, duration, MostOrders));
        var batches = await LoadAsync(new Offer(Connections, 100, null, duration, MostOrders));
        var table = new StringBuilder();
        table.AppendLine(
            CultureInfo.InvariantCulture,
            $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {duration.TotalSeconds:0} s each, at most {MostOrders:N0} orders as fast as it can."
        );
        table.AppendLine();
        table.AppendLine("| what | raw twin | ours | ratio |");
        table.AppendLine("|---|---|---|---|");
        Row("whole job, single posts, 64 connections", calls, single.ToldPerSecond);
        Row("whole job, batches of 100", calls, batches.ToldPerSecond);
        Row("durable intake while delivering, 64 connections", intake, single.AcceptedPerSecond);
        table.AppendLine();
        table.AppendLine(
            "| offered | POST p50 / p95 / p99 | all three told p50 / p95 / p99 | CPU an order | memory | disk, log an order |"
        );
        table.AppendLine("|---|---|---|---|---|---|");
        foreach (var rate in new[] { 200, 500 })
        {
            var result = await LoadAsync(new Offer(Connections, 1, rate, duration, int.MaxValue));
            var (cpu, memory, disk, log) = result.Host!.Value;
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {rate}/s | {Text(result.Posts)} ms | {Text(result.Told!)} ms | {cpu:N2} ms | {memory:N0} MB | {disk:N0} B, {log:N0} B |"
            );
        }

        return table.ToString();

        void Row(string what, double twin, double ours) =>
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {what} | {twin:N0} orders/s | {ours:N0} orders/s | {ours / twin:P0} |"
            );
    }

    /// <summary>Puts the table between the file's marks.</summary>
    public static async Task WriteAsync(string path, string table)
    {
        var text = await File.ReadAllTextAsync(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidOperationException($"{path} has no '{Begin}' before '{End}'.");
        }

        await File.WriteAllTextAsync(path, $"{text[..(begin + Begin.Length)]}\n\n{table}\n{text[end..]}");
    }

    private static async Task<LoadResult> LoadAsync(Offer offer)
    {
        using var run = await LoadRun.StartAsync(offer.Connections);
        await run.RunAsync(LoadCommand.WarmUp(offer, WarmUpOrders));
        var result = await run.RunAsync(offer);
        Console.WriteLine(result);
        return result.Wrong.Count == 0
            ? result
            : throw new InvalidOperationException($"Not all was told once: {result.Wrong[0]}.");
    }

    private static string Text(Percentiles times) =>
        string.Create(CultureInfo.InvariantCulture, $"{times.P50:N1} / {times.P95:N1} / {times.P99:N1}");
}
