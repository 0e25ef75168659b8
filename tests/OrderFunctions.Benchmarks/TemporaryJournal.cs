using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Journaling;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// A journal in the system's temporary folder (which must be a disk for the numbers to mean anything), gone with it,
/// and events like samples/paid.json to put into it.
/// </summary>
internal sealed class TemporaryJournal : IDisposable
{
    private static readonly byte[] Body = CanonicalJson.Write(Samples.Event());
    private int _events;

    public TemporaryJournal() => Journal = Open(Folder);

    public string Folder { get; } = Directory.CreateTempSubdirectory("journal-").FullName;

    public Journal Journal { get; }

    public static Journal Open(string folder) =>
        Journal.Open(
            new JournalOptions(folder)
            {
                LedgerRetention = TimeSpan.FromDays(180),
                RememberFor = TimeSpan.FromDays(90),
            },
            TimeProvider.System,
            NullLogger<Journal>.Instance
        );

    /// <summary>Publishes one event.</summary>
    public Task PublishAsync(params string[] providers) => Journal.Bus.PublishAsync([NextEvent(providers)], default);

    /// <summary>Publishes many events, in batches.</summary>
    public async Task FillAsync(int events, params string[] providers)
    {
        const int Batch = 500;
        for (var left = events; left > 0; left -= Batch)
        {
            var batch = Enumerable.Range(0, Math.Min(left, Batch)).Select(_ => NextEvent(providers));
            await Journal.Bus.PublishAsync([.. batch], default);
        }
    }

    /// <summary>Puts the record of orders that were told into the ledger.</summary>
    public Task FinishAsync(int orders, params string[] providers) =>
        Parallel.ForEachAsync(
            Enumerable.Range(1, orders),
            new ParallelOptions { MaxDegreeOfParallelism = 512 },
            async (order, token) =>
            {
                var at = TimeProvider.System.GetUtcNow();
                var version = new OrderVersion(at, OrderStatus.Paid, $"{OrderId(order)}-paid") { AcceptedAt = at };
                var attempt = new Attempt(at, version.EventId, "create", 1, 27, "delivered", 200, 40, null);
                foreach (var provider in providers)
                {
                    var entry = new LedgerEntry(OrderId(order), provider, version, DeliveryState.Delivered)
                    {
                        Concluded = version,
                        Started = version,
                        First = version,
                        Delivered = true,
                        Reference = Guid.NewGuid().ToString(),
                        Attempts = [attempt],
                        Memory = OrderMemory.With(null, Statement.Of(Samples.Event()), provider, at),
                    };
                    await Journal.Ledger.TrySaveAsync(entry, token);
                }
            }
        );

    public static string OrderId(int number) => number.ToString("d7", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        Journal.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private BusMessage NextEvent(IReadOnlyList<string> providers)
    {
        var number = Interlocked.Increment(ref _events);
        var id = number.ToString("x64", CultureInfo.InvariantCulture);
        return new BusMessage(id, Body)
        {
            EventId = id,
            OrderId = OrderId(number),
            Providers = providers,
            TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        };
    }
}
