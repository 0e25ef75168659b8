using System.Diagnostics;
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

    private static readonly double[] Rates = [100, 200, 500, 1000, 1500, 2000];

    /// <returns>The tables in Markdown, and the chart.</returns>
    public static async Task<(string Table, string Chart)> MeasureAsync(TimeSpan duration)
    {
        var calls = await LoadCommand.CallsTwinAsync(Connections, duration / 2);
        var intake = await LoadCommand.IntakeTwinAsync(Connections, duration / 2);
        var single = await LoadAsync(new Offer(Connections, 1, null, duration, MostOrders));
        var batches = await LoadAsync(new Offer(Connections, 100, null, duration, MostOrders));
        var paused = await PausedIntakeAsync(new Offer(Connections, 1, null, duration, MostOrders));
        var table = new StringBuilder();
        table.AppendLine(
            CultureInfo.InvariantCulture,
            $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, commit {Commit()}, {duration.TotalSeconds:0} s each, at most {MostOrders:N0} orders as fast as it can."
        );
        table.AppendLine();
        table.AppendLine("| what | raw twin | ours | ratio |");
        table.AppendLine("|---|---|---|---|");
        Row("whole job, single posts, 64 connections", calls, single.ToldPerSecond);
        Row("whole job, batches of 100", calls, batches.ToldPerSecond);
        Row("durable intake while delivering, 64 connections", intake, single.AcceptedPerSecond);
        Row("durable intake with deliveries paused, 64 connections", intake, paused);
        table.AppendLine();
        table.AppendLine(
            "| offered | POST p50 / p95 / p99 | all three told p50 / p95 / p99 | CPU an order | memory | disk, log an order |"
        );
        table.AppendLine("|---|---|---|---|---|---|");
        var (ours, twins) = (new List<LoadResult>(), new List<Sent>());
        foreach (var rate in Rates)
        {
            var offer = new Offer(Connections, 1, rate, duration, int.MaxValue);
            var result = await LoadAsync(offer);
            ours.Add(result);
            twins.Add(await LoadCommand.SendToIntakeTwinAsync(offer));
            var (cpu, memory, disk, log) = result.Host!.Value;
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {rate}/s | {Text(result.Posts)} ms | {Text(result.Told!)} ms | {cpu:N2} ms | {memory:N0} MB | {disk:N0} B, {log:N0} B |"
            );
        }

        return (table.ToString(), Chart(ours, twins));

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

    private static string Chart(List<LoadResult> ours, List<Sent> twins) =>
        LoadChart.Svg(
            Rates,
            (
                "Orders a second",
                [
                    new Series(
                        "accepted and told to three platforms",
                        "#1f6feb",
                        [.. ours.Select(each => each.ToldPerSecond)]
                    ),
                    new Series(
                        "raw twin of the intake, which tells nobody",
                        "#999",
                        [.. twins.Select(each => each.PerSecond)]
                    ),
                ]
            ),
            (
                "p99 in milliseconds",
                [
                    new Series("POST answered", "#1f6feb", [.. ours.Select(each => each.Posts.P99)]),
                    new Series("all three told", "#d1242f", [.. ours.Select(each => each.Told!.P99)]),
                    new Series(
                        "POST answered by the twin",
                        "#999",
                        [.. twins.Select(each => each.Posts.Percentiles()!.P99)]
                    ),
                ]
            )
        );

    private static async Task<double> PausedIntakeAsync(Offer offer)
    {
        using var run = await LoadRun.StartAsync(offer.Connections);
        await run.RunAsync(LoadCommand.WarmUp(offer, WarmUpOrders));
        await run.PauseAsync(true);
        return (await run.SendAsync(offer)).PerSecond;
    }

    private static string Commit()
    {
        using var git = Process.Start(
            new ProcessStartInfo("git", ["rev-parse", "--short", "HEAD"]) { RedirectStandardOutput = true }
        )!;
        return git.StandardOutput.ReadToEnd().Trim();
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
