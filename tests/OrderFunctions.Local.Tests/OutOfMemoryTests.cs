using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Journaling;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Local.Tests;

/// <summary>What a 202 is worth where memory runs out.</summary>
public sealed class OutOfMemoryTests(ITestOutputHelper output) : IDisposable
{
    // Enough to start and to take some thousand orders.
    private const string SmallHeap = "0x1400000";
    private const int Shops = 8;
    private const int OrdersPerBatch = 200;
    private const int RefusedToEnd = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_journal_that_has_stopped_is_told_by_health_and_ends_the_host()
    {
        await using var system = await LocalSystem.StartAsync();
        var ending = system.Host.WaitForShutdownAsync();
        var log = system.Host.Services.GetRequiredService<Journal>().Log;
        Assert.Throws<BusUnavailableException>(() =>
        {
            lock (log.Gate)
            {
                log.Apply(() => throw new InsufficientMemoryException("no memory"));
            }
        });

        using var health = await system.Http.GetAsync("health/ready");
        using var order = await system.SubmitAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("no memory", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, order.StatusCode);
        Assert.Equal(1, await ending);
    }

    [UnixFact]
    public async Task What_a_process_accepted_before_its_memory_ran_out_is_there_at_the_next_start()
    {
        await using var process = LocalProcess.Launch(
            [$"--Local:DataDirectory={_folder.FullName}"],
            new Dictionary<string, string>
            {
                ["DOTNET_GCHeapHardLimit"] = SmallHeap,
                ["DOTNET_gcServer"] = "0",
                ["DOTNET_PROCESSOR_COUNT"] = "2",
            }
        );
        await process.ReadyAsync();
        using var patience = new CancellationTokenSource(Patience);
        var (accepted, refused) = (new List<string>(), 0);

        await Task.WhenAll(Enumerable.Range(0, Shops).Select(shop => Task.Run(() => SubmitAsync(shop))));

        output.WriteLine(
            $"{accepted.Count} orders got a 202, {refused} requests did not; ended by itself: {process.HasExited}"
        );
        Assert.True(refused > 0, $"Memory should have run out.\n{process.Tail}");
        await process.KillAsync();
        var lost = accepted.Except(Published(_folder.FullName)).ToList();
        Assert.True(lost.Count == 0, $"Lost: {string.Join(", ", lost.Take(20))}\n{process.Tail}");

        async Task SubmitAsync(int shop)
        {
            for (var batch = 0; !patience.IsCancellationRequested && refused < RefusedToEnd; batch++)
            {
                var orders = Enumerable.Range(0, OrdersPerBatch).Select(i => $"{shop}-{batch}-{i}").ToList();
                var isAccepted = await IsAcceptedAsync(process, orders);
                lock (accepted)
                {
                    accepted.AddRange(isAccepted ? orders : []);
                    refused += isAccepted ? 0 : 1;
                }
            }
        }
    }

    private static async Task<bool> IsAcceptedAsync(LocalProcess process, IReadOnlyList<string> orders)
    {
        try
        {
            var (path, content) = CrashOrders.Request(orders);
            using var answer = await process.PostAsync(path, content);
            return answer.StatusCode == HttpStatusCode.Accepted;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // The orders of all events that the journal has ever taken: nothing is compacted that soon.
    private static HashSet<string> Published(string folder)
    {
        var orders = new HashSet<string>();
        var diagnostics = new JournalDiagnostics(NullLogger.Instance);
        var log = JournalLog.Open(
            folder,
            int.MaxValue,
            new Disk(),
            TimeProvider.System,
            diagnostics,
            (kind, data, _) =>
            {
                if (kind is RecordKind.Message or RecordKind.PackedMessage)
                {
                    var record = MessageRecord.Read(data);
                    orders.Add(record.Decode(record.Placements[0].Id).Message.OrderId!);
                }
            }
        );
        log.Dispose();
        return orders;
    }
}
