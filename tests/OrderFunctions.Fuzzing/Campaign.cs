using System.Diagnostics;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Fuzzing;

/// <summary>What a door is tried with; it can be made smaller piece by piece.</summary>
internal interface IInput<out T>
{
    /// <summary>Each a little less than this one, the largest cuts first.</summary>
    IEnumerable<T> Smaller();
}

/// <summary>
/// Many inputs for one door. FUZZ_RUNS sets how many times as many as the suite has; each is made of TEST_SEED, the
/// door's name and its number alone, so FUZZ_INPUT (with FUZZ_RUNS) repeats one of them.
/// </summary>
internal sealed class Campaign(string door, ITestOutputHelper output)
{
    /// <summary>No input may take longer, whatever it is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int MostTrials = 2000;
    private static readonly TimeSpan ShrinkingPatience = TimeSpan.FromMinutes(1);

    private static readonly int Times = Math.Max(1, EnvironmentNumber.Of("FUZZ_RUNS", 1));
    private static readonly int Only = EnvironmentNumber.Of("FUZZ_INPUT", -1);

    private readonly Dictionary<string, int> _results = new(StringComparer.Ordinal);

    /// <param name="usual">How many inputs the suite tries.</param>
    /// <param name="make">Makes one, of this source of chance alone.</param>
    /// <param name="check">Tries one; throws where the door does not hold. Its result is counted: what became of it.</param>
    public async Task RunAsync<T>(int usual, Func<Random, T> make, Func<T, Task<string>> check)
        where T : IInput<T>
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.GetCurrentProcess();
        var worked = process.TotalProcessorTime;
        var slowest = (Time: TimeSpan.Zero, Number: 0);
        var count = usual * Times;
        for (var number = Only >= 0 ? Only : 0; number < (Only >= 0 ? Only + 1 : count); number++)
        {
            var input = make(new Random(SeedOf(number)));
            var start = watch.Elapsed;
            var found = await FailureAsync(input, check);
            slowest = watch.Elapsed - start > slowest.Time ? (watch.Elapsed - start, number) : slowest;
            if (found is { } failure)
            {
                var (smallest, reason) = await ShrinkAsync(input, failure, check);
                Assert.Fail(
                    $"{door} does not hold. TEST_SEED={RandomOrder.Seed} FUZZ_INPUT={number}\n{smallest}\n{reason}"
                );
            }
        }

        var results = _results
            .OrderByDescending(result => result.Value)
            .Select(result => $"{result.Value} {result.Key}");
        process.Refresh();
        var kept = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine(
            $"{door}: {count} inputs in {watch.Elapsed.TotalSeconds:0} s ({(process.TotalProcessorTime - worked).TotalSeconds:0.0} s of processor): {string.Join(", ", results)}. "
                + $"The slowest: {slowest.Time.TotalMilliseconds:0} ms, number {slowest.Number}. The process keeps {kept >> 20} MB, and had {process.PeakWorkingSet64 >> 20} MB at most. TEST_SEED={RandomOrder.Seed}"
        );
    }

    private int SeedOf(int number)
    {
        var hash = new HashCode32();
        foreach (var letter in door)
        {
            hash.Add(letter);
        }

        hash.Add(RandomOrder.Seed);
        hash.Add(number);
        return hash.Value;
    }

    private async Task<string?> FailureAsync<T>(T input, Func<T, Task<string>> check)
    {
        try
        {
            // On another thread: one that never comes back is found, too.
            var result = await Task.Run(() => check(input)).WaitAsync(Patience);
            _results[result] = _results.GetValueOrDefault(result) + 1;
            return null;
        }
        catch (TimeoutException)
        {
            return $"It took longer than {Patience.TotalSeconds} seconds.";
        }
#pragma warning disable CA1031 // Whatever is thrown is what the campaign looks for.
        catch (Exception error)
        {
            return error.ToString();
        }
#pragma warning restore CA1031
    }

    // What fails in the same way is the same defect: another one, met while cutting, would be told in its place.
    private async Task<(T Smallest, string Failure)> ShrinkAsync<T>(
        T input,
        string failure,
        Func<T, Task<string>> check
    )
        where T : IInput<T>
    {
        var (smallest, kind, trials) = (input, KindOf(failure), 0);
        var watch = Stopwatch.StartNew();
        for (var isSmaller = true; isSmaller; )
        {
            isSmaller = false;
            foreach (var smaller in smallest.Smaller())
            {
                if (++trials > MostTrials || watch.Elapsed > ShrinkingPatience)
                {
                    return (smallest, failure);
                }

                if (await FailureAsync(smaller, check) is { } same && KindOf(same) == kind)
                {
                    (smallest, failure, isSmaller) = (smaller, same, true);
                    break;
                }
            }
        }

        return (smallest, failure);
    }

    private static string KindOf(string failure) =>
        string.Concat(failure.Split('\n')[0].Where(letter => !char.IsAsciiDigit(letter)).Take(60));

    // FNV-1a: the same on every machine and in every process, as HashCode is not.
    private struct HashCode32()
    {
        private uint _hash = 2166136261;

        public readonly int Value => (int)_hash;

        public void Add(int value)
        {
            for (var shift = 0; shift < 32; shift += 8)
            {
                _hash = (_hash ^ (byte)(value >> shift)) * 16777619;
            }
        }
    }
}

/// <summary>Bytes alone.</summary>
internal sealed record Blob(byte[] Bytes) : IInput<Blob>
{
    public IEnumerable<Blob> Smaller() => Cuts.Of(Bytes).Select(bytes => new Blob(bytes));

    public override string ToString() => Cuts.Show(Bytes);
}

/// <summary>Smaller forms of bytes, and a form of them to read.</summary>
internal static class Cuts
{
    private const int LongestShown = 4000;

    /// <summary>Without a half, a quarter, an eighth and so on, down to a byte.</summary>
    public static IEnumerable<byte[]> Of(byte[] bytes)
    {
        for (var length = Math.Max(1, bytes.Length / 2); bytes.Length > 0; length /= 2)
        {
            for (var from = 0; from < bytes.Length; from += length)
            {
                yield return [.. bytes[..from], .. bytes[Math.Min(bytes.Length, from + length)..]];
            }

            if (length == 1)
            {
                yield break;
            }
        }
    }

    /// <summary>As a C# literal of its bytes: ASCII as it is, the rest escaped.</summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        var shown = string.Concat(
            bytes[..Math.Min(bytes.Length, LongestShown)]
                .ToArray()
                .Select(one => one is >= 32 and < 127 and not (byte)'\\' ? $"{(char)one}" : $"\\x{one:x2}")
        );
        return bytes.Length > LongestShown ? $"{shown} ... ({bytes.Length} bytes)" : shown;
    }
}
