using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.App.Ledger;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Tests.Emulators;

/// <summary>The ledger against a real table service: LEDGER_CONNECTION, such as UseDevelopmentStorage=true.</summary>
public sealed class AzuriteLedgerTests : LedgerCompliance
{
    private TableClient _table = null!;
    private TableLedger _ledger = null!;

    protected override ILedger Ledger => _ledger;

    public override Task InitializeAsync()
    {
        var connection = Environment.GetEnvironmentVariable("LEDGER_CONNECTION");
        _table = new TableClient(connection, $"ledger{Guid.NewGuid():N}");
        _ledger = new TableLedger(_table);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_entry_is_forgotten_once_its_last_change_is_long_ago()
    {
        var version = new OrderVersion(DateTimeOffset.UnixEpoch, OrderStatus.Paid, "event");
        Assert.NotNull(
            await _ledger.TrySaveAsync(new LedgerEntry("1", "duel", version, DeliveryState.Delivered), default)
        );

        await ExpireInAsync(days: 179);
        Assert.NotNull(await _ledger.FindAsync("1", "duel", default));
        await ExpireInAsync(days: 181);
        Assert.Null(await _ledger.FindAsync("1", "duel", default));

        Task ExpireInAsync(int days) =>
            new LedgerExpiry(
                _table,
                new LedgerOptions(),
                new ManualTime(TimeProvider.System.GetUtcNow().AddDays(days)),
                NullLogger<LedgerExpiry>.Instance
            ).RunAsync(default);
    }

    public override async Task DisposeAsync() => await _table.DeleteAsync();
}
