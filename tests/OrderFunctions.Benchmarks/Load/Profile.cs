using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.Parsers;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>
/// Where a process spends its time, and what it allocates: its managed stacks every millisecond, and one of every 100 KB
/// allocated, by EventPipe.
/// </summary>
internal static class Profile
{
    private const string Sampler = "Microsoft-DotNETCore-SampleProfiler";

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
        "Heartbeat.TimerLoop",
        "ManualResetEventSlim.Wait",
        // Held up by a collection, or by the sampler itself.
        "Thread.<PollGC>",
        "Lock.TryEnterSlow",
    ];

    /// <summary>Samples a process for a while.</summary>
    /// <returns>
    /// The methods that took most, by themselves and with what they called, in percent of the work; and the same of what
    /// was allocated.
    /// </returns>
    public static async Task<string> TakeAsync(int processId, TimeSpan duration, int most = 60)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".nettrace");
        try
        {
            var client = new DiagnosticsClient(processId);
            using (
                var session = await client.StartEventPipeSessionAsync(
                    [
                        new EventPipeProvider(Sampler, EventLevel.Informational),
                        new EventPipeProvider(
                            ClrTraceEventParser.ProviderName,
                            EventLevel.Verbose,
                            (long)ClrTraceEventParser.Keywords.GC
                        ),
                    ],
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
            var (time, waits, memory, types) = (new Costs(), new Costs(), new Costs(), new Costs());
            foreach (var each in log.Events)
            {
                if (each.ProviderName == Sampler)
                {
                    var stack = StackOf(each);
                    var isWait = stack.Where(method => method.Length > 0).Take(2).Any(IsWait);
                    (isWait || stack.Count == 0 ? waits : time).Add(stack, 1);
                }
                else if (each is GCAllocationTickTraceData tick)
                {
                    memory.Add(StackOf(each), tick.AllocationAmount64);
                    types.Add([tick.TypeName], tick.AllocationAmount64);
                }
            }

            return $"""
                {time.Total} samples of work

                with what they call
                {time.Whole(most)}

                by themselves
                {time.Own(most)}

                waits, by themselves
                {waits.Own(10)}

                {memory.Total / 1_000_000} MB allocated, with what they call
                {memory.Whole(most)}

                by themselves
                {memory.Own(most)}

                by type
                {types.Own(most)}
                """;
        }
        finally
        {
            File.Delete(etlx);
        }
    }

    private static bool IsWait(string method) => Waits.Any(wait => method.Contains(wait, StringComparison.Ordinal));

    private static List<string> StackOf(TraceEvent sampled)
    {
        var stack = new List<string>();
        for (var call = sampled.CallStack(); call is not null; call = call.Caller)
        {
            stack.Add(call.CodeAddress.FullMethodName);
        }

        return stack;
    }

    private sealed class Costs
    {
        private readonly Dictionary<string, long> _own = [];
        private readonly Dictionary<string, long> _whole = [];

        public long Total { get; private set; }

        public void Add(List<string> stack, long cost)
        {
            if (stack.Count == 0)
            {
                return;
            }

            Total += cost;
            _own[stack[0]] = _own.GetValueOrDefault(stack[0]) + cost;
            foreach (var method in stack.Distinct())
            {
                _whole[method] = _whole.GetValueOrDefault(method) + cost;
            }
        }

        public string Own(int most) => Top(_own, most);

        public string Whole(int most) => Top(_whole, most);

        private string Top(Dictionary<string, long> costs, int most) =>
            string.Join(
                '\n',
                costs
                    .OrderByDescending(each => each.Value)
                    .Take(most)
                    .Select(each =>
                        string.Create(CultureInfo.InvariantCulture, $"{100.0 * each.Value / Total, 6:N1} %  {each.Key}")
                    )
            );
    }
}
