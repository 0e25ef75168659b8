using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Handlers;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>What deliveries cost on Service Bus while nobody can be called.</summary>
public sealed class OutageCostTests : IDisposable
{
    // Receive, dead-letter, forward; then receive, send the scheduled copy, complete.
    private const int OperationsPerMessage = 3;

    // They don't know of each other, so that few tell the cost of many.
    private const int Played = 100;
    private const int Orders = 10_000;

    private static readonly string Queue = Entities.QueueOf("katalys");

    private readonly ManualTime _time = new();
    private readonly InMemoryBus _bus;
    private readonly ProviderChannel _channel;
    private readonly ProviderGates _gates;
    private readonly DeliveryHandler _deliveries;
    private readonly RetryHandler _retries;
    private int _drawn;

    public OutageCostTests()
    {
        _bus = new InMemoryBus(_time);
        var outages = Rig.OutageLog(_time);
        var log = Rig.DeliveryLog(_time);
        var provider = new KatalysProvider(new KatalysOptions { Enabled = true, SiteId = "store.example.com" });
        var catalog = new ProviderCatalog([provider]);
        _channel = new ProviderChannel(provider, new InMemoryState(), Rig.SendingLog(_time), _time);
        var channels = new ProviderChannels([_channel]);
        var ledger = new FragileLedger { IsDown = true };
        var secrets = new SecretCache(new Secrets(), _time, NullLogger<SecretCache>.Instance);
        var reader = new OrderEventReader(Samples.ProviderNames);
        var settlement = new Settlement(log);
        var deliverer = new Deliverer(reader, ledger, secrets, new LedgerOptions(), log, _time, Random);
        var sendingLog = Rig.SendingLog(_time);
        _gates = new ProviderGates(
            channels,
            new ProviderPauses(new InMemoryState(), sendingLog, _time),
            sendingLog,
            _time
        );
        _deliveries = new DeliveryHandler(
            channels,
            _gates,
            deliverer,
            new ClickDeliverer(log, _time, Random),
            new WaitingDeliveries(_bus, outages, _time),
            settlement,
            _time,
            Random
        );
        var jobs = Rig.ParkedJobs(_bus, ledger, reader, _time);
        _retries = new RetryHandler(catalog, _bus, ledger, settlement, jobs, log, _time);
    }

    public void Dispose()
    {
        _gates.Dispose();
        _channel.Dispose();
    }

    [Fact]
    public async Task Ten_thousand_orders_that_wait_for_the_ledger_come_down_to_less_than_100_operations_a_second()
    {
        for (var i = 0; i < Played; i++)
        {
            var message = new BusMessage($"{i}", Samples.Utf8()) { OrderId = $"o-{i}", Provider = "katalys" };
            await _bus.ScheduleAsync(Queue, message, _time.GetUtcNow(), default);
        }

        double[] cost =
        [
            await OperationsPerSecondAsync(TimeSpan.FromMinutes(1)),
            await OperationsPerSecondAsync(TimeSpan.FromMinutes(29)),
            await OperationsPerSecondAsync(TimeSpan.FromMinutes(30)),
        ];

        var told =
            $"Operations a second in the first minute, in the rest of the half-hour, in the next: {string.Join(", ", cost)}";
        // Waits of 30 seconds: 2,000 for as long as it lasts.
        Assert.True(cost is [<= 2000, <= 150, <= 100], told);
    }

    // Evenly spread, and the same in every run.
    private double Random() => ++_drawn * 0.618_033_988_75 % 1;

    private async Task<double> OperationsPerSecondAsync(TimeSpan duration)
    {
        var (end, messages) = (_time.GetUtcNow() + duration, 0);
        while (_bus.NextDue is { } due && due < end)
        {
            _time.AdvanceTo(due);
            for (; _bus.TryReceive(Queue) is { } delivery; messages++)
            {
                await _deliveries.HandleAsync("katalys", delivery, default);
            }

            for (; _bus.TryReceive(Entities.Retry) is { } deadLetter; messages++)
            {
                await _retries.HandleAsync(deadLetter, default);
            }
        }

        _time.AdvanceTo(end);
        return Math.Round(messages * OperationsPerMessage * (Orders / Played) / duration.TotalSeconds);
    }
}
