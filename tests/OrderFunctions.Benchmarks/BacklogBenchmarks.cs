using BenchmarkDotNet.Attributes;
using OrderFunctions.Bus;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// What one event costs from publishing to completion, while others wait on the same queue: as much with a million of
/// them as with a thousand.
/// </summary>
[MemoryDiagnoser]
[OperationsPerSecond]
public class BacklogBenchmarks
{
    private const string Provider = "duel";
    private const int Events = 1024;
    private const int Workers = 64;
    private TemporaryJournal _journal = null!;

    /// <summary>How many wait.</summary>
    [Params(1_000, 1_000_000)]
    public int Backlog { get; set; }

    [GlobalSetup]
    public Task OpenAsync()
    {
        _journal = new TemporaryJournal();
        return _journal.FillAsync(Backlog, Provider);
    }

    [GlobalCleanup]
    public void Close() => _journal.Dispose();

    [Benchmark(OperationsPerInvoke = Events)]
    public Task OneAfterAnother() => WorkAsync(Events);

    [Benchmark(OperationsPerInvoke = Events)]
    public Task SixtyFourWorkers() =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(Events / Workers)));

    private async Task WorkAsync(int events)
    {
        for (var i = 0; i < events; i++)
        {
            await _journal.PublishAsync(Provider);
            var message = await _journal.Journal.Receiver.ReceiveAsync(Entities.QueueOf(Provider), default);
            await message.CompleteAsync(default);
        }
    }
}
