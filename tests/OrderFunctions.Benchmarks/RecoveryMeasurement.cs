using System.Diagnostics;
using System.Globalization;
using OrderFunctions.TestKit;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// How long a journal with a million live deliveries, or with a million finished orders, takes to open, and how much
/// memory; and how long it then takes to find an order. In a process of its own each
/// time, once with the files in the page cache and once without. No benchmark: too long, and the peak would be lost.
/// </summary>
internal static class RecoveryMeasurement
{
    public const string Command = "recovery";
    private const int Deliveries = 1_000_000;
    private const int FinishedOrders = 1_000_000;

    /// <param name="args">None; or the folder to open, in the process that is measured.</param>
    public static async Task RunAsync(string[] args)
    {
        if (args is [var folder])
        {
            await MeasureAsync(folder);
            return;
        }

        await MeasureAsync(Deliveries / Samples.ProviderNames.Length, Samples.ProviderNames);
        await MeasureAsync(Deliveries, Samples.ProviderNames[0]);
        await MeasureAsync(
            $"{FinishedOrders:N0} finished orders of {Samples.ProviderNames.Length} providers each",
            filled => filled.FinishAsync(FinishedOrders, Samples.ProviderNames)
        );
    }

    private static Task MeasureAsync(int events, params string[] providers) =>
        MeasureAsync(
            $"{events:N0} events that wait for {providers.Length} each",
            filled => filled.FillAsync(events, providers)
        );

    private static async Task MeasureAsync(string what, Func<TemporaryJournal, Task> fillAsync)
    {
        using var filled = new TemporaryJournal();
        await fillAsync(filled);
        filled.Journal.Dispose();
        var bytes = Directory.EnumerateFiles(filled.Folder).Sum(path => new FileInfo(path).Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {bytes / 1e6:N0} MB on disk"));
        foreach (var isCold in new[] { true, false, true, false })
        {
            var isDropped = isCold && DropPageCache();
            await StartAsync(filled.Folder, isDropped ? "cold" : "warm");
        }
    }

    private static async Task StartAsync(string folder, string temperature)
    {
        Console.Write($"  {temperature}: ");

        var start = new ProcessStartInfo("dotnet", [typeof(RecoveryMeasurement).Assembly.Location, Command, folder]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException("The process that opens the journal failed.");
        }
    }

    private static async Task MeasureAsync(string folder)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.PeakWorkingSet64;
        var watch = Stopwatch.StartNew();
        using var journal = TemporaryJournal.Open(folder);
        var seconds = watch.Elapsed.TotalSeconds;
        self.Refresh();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"open in {seconds:N2} s with {journal.Counts.Waiting:N0} waiting; working set {self.WorkingSet64 / 1e6:N0} MB, at most {self.PeakWorkingSet64 / 1e6:N0} MB "
                    + $"({before / 1e6:N0} MB before), managed heap {GC.GetTotalMemory(forceFullCollection: true) / 1e6:N0} MB"
            )
        );
        const int Orders = 1_000;
        watch.Restart();
        var found = 0;
        for (var i = 0; i < Orders; i++)
        {
            var order = TemporaryJournal.OrderId(1 + (i * (FinishedOrders / Orders)));
            found += (await journal.Ledger.ListAsync(order, default)).Count;
        }

        if (found > 0)
        {
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"    {found / Orders} entries of an order found in {watch.Elapsed.TotalMicroseconds / Orders:N0} us"
                )
            );
        }
    }

    /// <returns>Whether the next reads come from the disk: only root on Linux can ask for that.</returns>
    private static bool DropPageCache()
    {
        try
        {
            File.WriteAllText("/proc/sys/vm/drop_caches", "3");
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
