using System.Globalization;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>
/// Orders that wait for platforms that are paused: how fast they are taken in meanwhile, and once the host was started anew
/// and the platforms resumed, how soon the first is told and how fast all are.
/// </summary>
internal static class LoadBacklog
{
    private const int Connections = 64;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <param name="orders">How many wait, each for three platforms.</param>
    public static async Task<string> MeasureAsync(int orders)
    {
        using var run = await LoadRun.StartAsync(Connections);
        await run.RunAsync(LoadCommand.WarmUp(Offer(1), 5_000));
        await run.PauseAsync(true);
        var sent = await run.SendAsync(Offer(orders));
        var started = Ticks.Now;
        await run.RestartAsync();
        var ready = Ticks.Now;
        await run.PauseAsync(false);
        var result = await run.CompareAsync(sent, run.Usage());
        if (result.Wrong.Count > 0)
        {
            throw new InvalidOperationException($"Not all was told once: {result.Wrong[0]}.");
        }

        var (first, last) = (result.FirstTold, result.LastTold);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {orders:N0} orders that wait for three platforms each
              taken in  {result.AcceptedPerSecond:N0}/s, with deliveries paused
              restart   ready after {Seconds(ready - started):N1} s, the first told {Seconds(
                first - started
            ):N1} s after the start
              drained   {orders
                / Seconds(
                    last - first
                ):N0} orders/s, {result.Host!.Value.CpuPerOrder:N2} ms of processor time an order, at most {run.MostMemory
                / 1e6:N0} MB
            """
        );
    }

    private static Offer Offer(int orders) => new(Connections, 1, null, Longest, orders);

    private static double Seconds(long ticks) => Ticks.Milliseconds(ticks) / 1000;
}
