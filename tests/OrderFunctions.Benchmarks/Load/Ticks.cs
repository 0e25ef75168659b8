using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>
/// Times that processes of one machine can compare: <see cref="Stopwatch"/>'s timestamps, which count from the
/// machine's start.
/// </summary>
internal static class Ticks
{
    public static long Now => Stopwatch.GetTimestamp();

    public static long Of(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    public static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    /// <summary>Blocks the thread, to a fraction of a millisecond. Not on Windows.</summary>
    public static void WaitUntil(long at)
    {
        while (at - Now is > 0 and var left)
        {
            var time = new TimeSpec(
                (nint)(left / Stopwatch.Frequency),
                (nint)(left % Stopwatch.Frequency * 1e9 / Stopwatch.Frequency)
            );
            _ = NanoSleep(time, 0);
        }
    }

    // Seconds and nanoseconds.
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);

    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int NanoSleep(in TimeSpec time, nint left);
}

/// <summary>Latencies, every one of them kept: no average hides the worst. From any thread.</summary>
internal sealed class Latencies
{
    private readonly Lock _gate = new();
    private readonly List<long> _ticks = [];

    public void Add(long ticks)
    {
        lock (_gate)
        {
            _ticks.Add(ticks);
        }
    }

    /// <summary>p50, p95, p99 and the longest, in milliseconds; null where there are none.</summary>
    public Percentiles? Percentiles()
    {
        lock (_gate)
        {
            if (_ticks.Count == 0)
            {
                return null;
            }

            _ticks.Sort();
            return new Percentiles(At(0.5), At(0.95), At(0.99), Ticks.Milliseconds(_ticks[^1]));
        }

        // The nearest rank.
        double At(double share) => Ticks.Milliseconds(_ticks[(int)Math.Ceiling(share * _ticks.Count) - 1]);
    }
}

/// <summary>In milliseconds.</summary>
internal sealed record Percentiles(double P50, double P95, double P99, double Longest);
