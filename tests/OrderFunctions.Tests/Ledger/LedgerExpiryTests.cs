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
    public async Task A_state_record_is_kept_until_it_is_changed()
    {
        await SaveAsync("1", "duel");
        Assert.NotNull(await _ledger.TrySaveAsync(new StateRecord("pauses", "1"u8.ToArray()), default));
        _time.Advance(Settings.Retention * 2);

        await _expiry.RunAsync(default);

        Assert.Empty(await ProvidersAsync("1"));
        Assert.NotNull(await _ledger.FindAsync("pauses", default));
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
    public async Task What_is_remembered_is_there_to_the_day_and_then_erased_and_the_record_stays()
    {
        await SaveAsync("1", "duel", remembers: true);
        await SaveAsync("1", "retrack");
        _time.Advance(Settings.RememberFor - TimeSpan.FromTicks(1));
        await _expiry.RunAsync(default);
        Assert.NotNull((await _ledger.FindAsync("1", "duel", default))!.Incomplete);
        _time.Advance(TimeSpan.FromTicks(1));
        var before = await _ledger.FindAsync("1", "duel", default);

        await _expiry.RunAsync(default);

        var after = await _ledger.FindAsync("1", "duel", default);
        Assert.Equal(before!.Forget() with { ETag = null, Attempts = [] }, after! with { ETag = null, Attempts = [] });
        Assert.Null(after.Memory);
        Assert.DoesNotContain("alex@example.com", _table.Contents, StringComparison.Ordinal);
        Assert.Contains(
            _log.Lines,
            line =>
                line.Contains("0 entries deleted", StringComparison.Ordinal)
                && line.Contains("1 memories erased", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task What_was_added_to_since_stays_remembered()
    {
        await SaveAsync("1", "duel", remembers: true);
        _time.Advance(TimeSpan.FromDays(60));
        await _ledger.ChangeAsync("1", "duel", entry => Remembering(entry!), default);
        _time.Advance(TimeSpan.FromDays(60));

        await _expiry.RunAsync(default);

        Assert.True((await _ledger.FindAsync("1", "duel", default))!.Memory!.IsPersonal);
    }

    [Fact]
    public async Task Whom_the_customer_wants_told_is_known_for_as_long_as_the_record_and_costs_one_write()
    {
        await SaveAsync("1", "duel", remembers: true, providers: ["duel"]);
        _time.Advance(Settings.RememberFor);
        await _expiry.RunAsync(default);
        var after = await _ledger.FindAsync("1", "duel", default);
        Assert.Equal(["duel"], Assert.Single(after!.Memory!.Statements).Providers);

        await _expiry.RunAsync(default);

        Assert.Equal(after.ETag, (await _ledger.FindAsync("1", "duel", default))!.ETag);
    }

    [Fact]
    public async Task To_forget_is_no_change_that_keeps_the_record_for_longer()
    {
        await SaveAsync("1", "duel", remembers: true);
        _time.Advance(Settings.RememberFor);
        await _expiry.RunAsync(default);
        _time.Advance(Settings.Retention - Settings.RememberFor);
        await _expiry.RunAsync(default);
        Assert.Equal(["duel"], await ProvidersAsync("1"));

        _time.Advance(TimeSpan.FromTicks(1));
        await _expiry.RunAsync(default);

        Assert.Empty(await ProvidersAsync("1"));
    }

    [Fact]
    public async Task A_change_after_that_keeps_the_record_as_ever()
    {
        await SaveAsync("1", "duel", remembers: true);
        _time.Advance(Settings.RememberFor);
        await _expiry.RunAsync(default);
        _time.Advance(TimeSpan.FromDays(80));
        await _ledger.ChangeAsync("1", "duel", entry => entry! with { Reason = "refunded" }, default);
        _time.Advance(Settings.Retention);

        await _expiry.RunAsync(default);

        Assert.Equal(["duel"], await ProvidersAsync("1"));
    }

    [Fact]
    public async Task A_delivery_that_saves_in_the_very_moment_loses_nothing_and_the_next_run_forgets_the_rest()
    {
        await SaveAsync("1", "duel", remembers: true);
        await SaveAsync("2", "duel", remembers: true);
        _time.Advance(Settings.RememberFor);
        var changed = await _ledger.FindAsync("1", "duel", default);
        _table.BeforeUpdate = (order, _) =>
        {
            if (order == "1")
            {
                _table.BeforeUpdate = null;
                Assert.True(
                    _ledger.TrySaveAsync(changed! with { Reason = "just now" }, default).IsCompletedSuccessfully
                );
            }
        };

        await _expiry.RunAsync(default);

        Assert.Null((await _ledger.FindAsync("2", "duel", default))!.Memory);
        var entry = await _ledger.FindAsync("1", "duel", default);
        Assert.Equal(("just now", true), (entry!.Reason, entry.Memory!.IsPersonal));
        await _expiry.RunAsync(default);
        entry = await _ledger.FindAsync("1", "duel", default);
        Assert.Equal(("just now", null), (entry!.Reason, entry.Memory));
    }

    [Fact]
    public async Task An_entry_with_a_memory_that_another_deletes_in_the_very_moment_is_no_failure()
    {
        await SaveAsync("1", "duel", remembers: true);
        await SaveAsync("2", "duel", remembers: true);
        _time.Advance(Settings.RememberFor);
        _table.BeforeUpdate = (_, _) => _table.Clear();

        await _expiry.RunAsync(default);

        Assert.Contains(_log.Lines, line => line.Contains("all was looked at", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Before_the_first_entry_there_is_no_table_and_nothing_to_do()
    {
        var expiry = new LedgerExpiry(new FakeTable(_time), Settings, _time, _logging.CreateLogger<LedgerExpiry>());

        await expiry.RunAsync(default);

        Assert.Empty(_log.Lines);
    }

    private async Task SaveAsync(
        string orderId,
        string provider,
        bool remembers = false,
        IReadOnlyList<string>? providers = null
    )
    {
        var entry = new LedgerEntry(
            orderId,
            provider,
            new OrderVersion(_time.GetUtcNow(), OrderStatus.Paid, "event"),
            DeliveryState.Delivered
        );
        Assert.NotNull(await _ledger.TrySaveAsync(remembers ? Remembering(entry, providers) : entry, default));
    }

    private LedgerEntry Remembering(LedgerEntry entry, IReadOnlyList<string>? providers = null)
    {
        var said = Statement.Of(Samples.Event()) with { Providers = providers };
        return entry with
        {
            Memory = OrderMemory.With(null, said, entry.Provider, _time.GetUtcNow()),
            Incomplete = new IncompleteEvent(Samples.Event(), _time.GetUtcNow()),
        };
    }

    private async Task<IEnumerable<string>> ProvidersAsync(string orderId) =>
        (await _ledger.ListAsync(orderId, default)).Select(entry => entry.Provider);
}
