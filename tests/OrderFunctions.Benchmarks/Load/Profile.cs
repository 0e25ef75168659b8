using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Etlx;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>Where a process spends its time: its managed stacks every millisecond, by EventPipe.</summary>
internal static class Profile
{
    // Threads that wait are sampled as well; what they wait in is no work.
    private static readonly string[] Waits =
    [
        "FileSystemWatcher",
        "ConsoleLoggerProcessor.TryDequeue",
        "WorkerThread.WorkerThreadStart",
        "SocketAsyncEngine.EventLoop",
        "LowLevelLifoSemaphore",
        "WaitHandle",
        "SemaphoreSlim.Wait",
        "Thread.Sleep",
        "Thread.Join",
        "Monitor.Wait",
        "Monitor.Enter_Slowpath",
        "TimerThread",
        "Interop+Sys.FSync",
        "GateThread",
        "SignalHandlerLoop",
    ];

    /// <summary>Samples a process for a while.</summary>
    /// <returns>The methods that took most, by themselves and with what they called, in percent of the work.</returns>
    public static async Task<string> TakeAsync(int processId, TimeSpan duration, int most = 45)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".nettrace");
        try
        {
            var client = new DiagnosticsClient(processId);
            using (
                var session = await client.StartEventPipeSessionAsync(
                    [new EventPipeProvider("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational)],
                    requestRundown: true,
                    circularBufferMB: 512,
                    CancellationToken.None
                )
            )
            {
                await using var file = File.Create(path);
                var copied = session.EventStream.CopyToAsync(file);
                await Task.Delay(duration, TimeProvider.System);
                await session.StopAsync(CancellationToken.None);
                await copied;
            }

            return Read(path, most);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string Read(string path, int most)
    {
        var etlx = TraceLog.CreateFromEventPipeDataFile(path);
        try
        {
            using var log = new TraceLog(etlx);
            var own = new Dictionary<string, int>();
            var whole = new Dictionary<string, int>();
            var samples = 0;
            foreach (var sample in log.Events.Where(each => each.ProviderName == "Microsoft-DotNETCore-SampleProfiler"))
            {
                var stack = new List<string>();
                for (var call = sample.CallStack(); call is not null; call = call.Caller)
                {
                    stack.Add(call.CodeAddress.FullMethodName);
                }

                if (
                    stack.Count == 0
                    || stack
                        .Where(method => method.Length > 0)
                        .Take(2)
                        .Any(method => Waits.Any(wait => method.Contains(wait, StringComparison.Ordinal)))
                )
                {
                    continue;
                }

                samples++;
                own[stack[0]] = own.GetValueOrDefault(stack[0]) + 1;
                foreach (var method in stack.Distinct())
                {
                    whole[method] = whole.GetValueOrDefault(method) + 1;
                }
            }

            return $"{samples} samples\n\nwith what they call\n{Top(whole)}\n\nby themselves\n{Top(own)}";

            string Top(Dictionary<string, int> counts) =>
                string.Join(
                    '\n',
                    counts
                        .OrderByDescending(each => each.Value)
                        .Take(most)
                        .Select(each =>
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{100.0 * each.Value / samples, 6:N1} %  {each.Key}"
                            )
                        )
                );
        }
        finally
        {
            File.Delete(etlx);
        }
    }
}
