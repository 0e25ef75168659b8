using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrderFunctions.App.Ledger;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Tests.Ledger;

/// <summary>The ledger in Table storage forgets what was not changed for long, and nothing else.</summary>
public sealed class LedgerExpiryTests : IDisposable
{
    private static readonly LedgerOptions Settings = new();

    private readonly ManualTime _time = new();
    private readonly LogBook _log = new();
    private readonly ILoggerFactory _logging;
    private readonly FakeTable _table;
    private readonly TableLedger _ledger;
    private readonly LedgerExpiry _expiry;

    public LedgerExpiryTests()
    {
        _logging = LoggerFactory.Create(logging => logging.AddProvider(_log));
        _table = new FakeTable(_time);
        _ledger = new TableLedger(_table);
        _expiry = new LedgerExpiry(_table, Settings, _time, _logging.CreateLogger<LedgerExpiry>());
    }

    public void Dispose()
    {
        _logging.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task An_entry_is_there_to_the_day_and_then_forgotten()
    {
        await SaveAsync("1", "duel");
        _time.Advance(Settings.Retention);
        await _expiry.RunAsync(default);
        Assert.Equal(["duel"], await ProvidersAsync("1"));

        _time.Advance(TimeSpan.FromTicks(1));
        await _expiry.RunAsync(default);

        Assert.Empty(await ProvidersAsync("1"));
        Assert.Contains(_log.Lines, line => line.Contains("ledger.expired 1 entries", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_counts_is_an_entry_s_last_change_and_not_the_order_s_age()
    {
        await SaveAsync("1", "duel");
        await SaveAsync("1", "retrack");
        _time.Advance(TimeSpan.FromDays(170));
        await _ledger.ChangeAsync("1", "retrack", entry => entry! with { Reason = "refunded" }, default);
        _time.Advance(TimeSpan.FromDays(20));

        await _expiry.RunAsync(default);

        Assert.Equal(["retrack"], await ProvidersAsync("1"));
    }

    [Fact]
    public async Task An_entry_that_changes_in_the_very_moment_stays_and_the_others_go()
    {
        foreach (var provider in Samples.ProviderNames)
        {
            await SaveAsync("1", provider);
        }

        _time.Advance(TimeSpan.FromDays(200));
        var changed = await _ledger.FindAsync("1", "retrack", default);
        _table.BeforeDelete = (_, provider) =>
        {
            if (provider == "retrack")
            {
                _table.BeforeDelete = null;
                Assert.True(
                    _ledger.TrySaveAsync(changed! with { Reason = "just now" }, default).IsCompletedSuccessfully
                );
            }
        };

        await _expiry.RunAsync(default);

        Assert.Equal(["retrack"], await ProvidersAsync("1"));
        Assert.Equal("just now", (await _ledger.FindAsync("1", "retrack", default))!.Reason);
    }

    [Fact]
    public async Task An_entry_that_another_deletes_in_the_very_moment_is_no_failure()
    {
        await SaveAsync("1", "duel");
        _time.Advance(TimeSpan.FromDays(200));
        _table.BeforeDelete = (_, _) => _table.Clear();

        await _expiry.RunAsync(default);

        Assert.Empty(await ProvidersAsync("1"));
    }

    [Fact]
    public async Task More_than_one_page_is_forgotten_in_one_run()
    {
        for (var i = 0; i < 2500; i++)
        {
            await SaveAsync($"{i}", "duel");
        }

        _time.Advance(TimeSpan.FromDays(200));
        await SaveAsync("new", "duel");

        await _expiry.RunAsync(default);

        Assert.Equal(1, _table.Count);
        Assert.Contains(_log.Lines, line => line.Contains("ledger.expired 2500 entries", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_takes_too_long_stops_and_the_next_goes_on_where_it_stopped()
    {
        // The new ones lie before the old ones: a run that began at the start each time would never come to those.
        for (var i = 0; i < 30; i++)
        {
            await SaveAsync($"old {i}", "duel");
        }

        _time.Advance(TimeSpan.FromDays(200));
        for (var i = 0; i < 30; i++)
        {
            await SaveAsync($"new {i}", "duel");
        }

        _table.RowsPerPage = 10;
        _table.BeforePage = () => _time.Advance(LedgerExpiry.RunTime / 2);
        var left = new List<int>();
        for (var run = 0; run < 4; run++)
        {
            await _expiry.RunAsync(default);
            left.Add(_table.Count);
        }

        // Two pages a run. A row keeps the position, until the end is reached and the next run begins anew.
        Assert.Equal([61, 51, 30, 31], left);
        Assert.Equal(3, _log.Lines.Count(line => line.Contains("the next run goes on", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_position_that_Table_storage_does_not_take_any_more_fails_one_run_only()
    {
        await SaveAsync("1", "duel");
        _time.Advance(TimeSpan.FromDays(200));
        await _table.UpsertEntityAsync(
            new TableEntity("!expiry", "position") { ["Next"] = "of old" },
            TableUpdateMode.Replace
        );
        await Assert.ThrowsAsync<RequestFailedException>(() => _expiry.RunAsync(default));

        await _expiry.RunAsync(default);

        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public async Task Before_the_first_entry_there_is_no_table_and_nothing_to_do()
    {
        var expiry = new LedgerExpiry(new FakeTable(_time), Settings, _time, _logging.CreateLogger<LedgerExpiry>());

        await expiry.RunAsync(default);

        Assert.Empty(_log.Lines);
    }

    private async Task SaveAsync(string orderId, string provider) =>
        Assert.True(
            await _ledger.TrySaveAsync(
                new LedgerEntry(
                    orderId,
                    provider,
                    new OrderVersion(_time.GetUtcNow(), OrderStatus.Paid, "event"),
                    DeliveryState.Delivered
                ),
                default
            )
        );

    private async Task<IEnumerable<string>> ProvidersAsync(string orderId) =>
        (await _ledger.ListAsync(orderId, default)).Select(entry => entry.Provider);
}
