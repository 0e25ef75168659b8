using BenchmarkDotNet.Attributes;
using OrderFunctions.TestKit;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// What it costs to publish an event for four providers so that it survives a loss of power; beside appending as many
/// bytes to a file with the same sharing of flushes, and nothing else.
/// </summary>
[MemoryDiagnoser]
[OperationsPerSecond]
public class PublishBenchmarks
{
    private const int Events = 2048;
    private TemporaryJournal _journal = null!;
    private RawLog _raw = null!;
    private byte[] _bytes = null!;

    /// <summary>How many publish at the same time, each one event after another.</summary>
    [Params(1, 16, 256)]
    public int Publishers { get; set; }

    [GlobalSetup]
    public async Task OpenAsync()
    {
        _journal = new TemporaryJournal();
        await PublishAsync();
        var before = _journal.Journal.Counts.Bytes;
        await PublishAsync();
        _bytes = new byte[_journal.Journal.Counts.Bytes - before];
        _raw = new RawLog(Path.Combine(_journal.Folder, "raw.twin"));
    }

    [GlobalCleanup]
    public void Close()
    {
        _raw.Dispose();
        _journal.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Events)]
    public Task RawTwin() => ByAllAsync(() => _raw.AppendAsync(_bytes));

    [Benchmark(OperationsPerInvoke = Events)]
    public Task Publish() => ByAllAsync(PublishAsync);

    private Task PublishAsync() => _journal.PublishAsync(Samples.ProviderNames);

    private Task ByAllAsync(Func<Task> publish) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Publishers)
                .Select(async _ =>
                {
                    for (var i = 0; i < Events / Publishers; i++)
                    {
                        await publish();
                    }
                })
        );
}
