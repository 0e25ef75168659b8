using System.Text.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using Xunit;

namespace OrderFunctions.TestKit;

/// <summary>What every ledger must do; each ledger's tests inherit it.</summary>
public abstract class LedgerCompliance : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(1));

    protected abstract ILedger Ledger { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task What_was_never_saved_is_not_found()
    {
        Assert.Null(await Ledger.FindAsync("1", "duel", default));
        Assert.Empty(await Ledger.ListAsync("1", default));
    }

    [Fact]
    public async Task An_entry_is_found_as_it_was_saved()
    {
        var version = new OrderVersion(Noon, OrderStatus.Refunded, "event") { AcceptedAt = Noon.AddSeconds(1) };
        var entry = new LedgerEntry("1", "duel", version, DeliveryState.Parked)
        {
            Reason = "answered 500",
            NextAttemptAt = Noon.AddMinutes(5),
            Concluded = version with { EventId = "older" },
            Started = version with { EventId = "begun" },
            StartedOverAnother = true,
            First = version with { EventId = "first" },
            Memory = OrderMemory.With(
                null,
                Statement.Of(Samples.Event()) with
                {
                    Providers = ["duel", "katalys"],
                },
                "duel",
                Noon
            ),
            Incomplete = new IncompleteEvent(Samples.Event(), Noon),
            ToldLast = new ToldOrder
            {
                Request = "hash",
                LineItems = 3,
                Discounts = 1,
                Goods = ToldGoods.Of(Samples.Event().Order),
            },
            Left = new ToldGoods("USD", 12.50m, [new ToldLine("SKU-1", 1, 12.50m)]),
            LeftAt = Noon.ToUniversalTime(),
            Delivered = true,
            Reference = "uuid",
            MayHaveArrived = true,
            Claim = new Claim(Guid.NewGuid(), Noon.AddMinutes(5)),
            Attempts =
            [
                new Attempt(Noon, "event", "upsert", 1, 6, "retry", 500, 12, "answered 500"),
                new Attempt(Noon, "event", "upsert", 2, 6, "retry", null, 30000, null),
            ],
        };
        Assert.True(await Ledger.TrySaveAsync(entry, default));

        var found = await Ledger.FindAsync("1", "duel", default);

        Assert.NotNull(found);
        Assert.Equal(JsonSerializer.Serialize(entry), JsonSerializer.Serialize(found with { ETag = null }));
        Assert.NotNull(found.ETag);
    }

    [Fact]
    public async Task An_order_s_entries_are_listed_and_no_other_order_s()
    {
        await SaveAsync("1", "retrack");
        await SaveAsync("1", "duel");
        await SaveAsync("10", "duel");

        Assert.Equal(
            ["duel", "retrack"],
            (await Ledger.ListAsync("1", default)).Select(entry => entry.Provider).Order()
        );
    }

    [Theory]
    [InlineData("a/b\\c#d?e")]
    [InlineData("Ünïcödé 订单 🛒")]
    [InlineData("%2F")]
    [InlineData(" ")]
    [InlineData("'; drop table")]
    public async Task Any_order_id_will_do(string orderId)
    {
        await SaveAsync(orderId, "duel");

        Assert.Equal(orderId, (await Ledger.FindAsync(orderId, "duel", default))?.OrderId);
        Assert.Single(await Ledger.ListAsync(orderId, default));
    }

    [Fact]
    public async Task Order_ids_differ_by_case()
    {
        await SaveAsync("a", "duel");

        Assert.Null(await Ledger.FindAsync("A", "duel", default));
    }

    [Fact]
    public async Task An_entry_that_another_has_made_first_is_not_overwritten()
    {
        await SaveAsync("1", "duel");

        Assert.False(await Ledger.TrySaveAsync(Entry("1", "duel") with { Reason = "mine" }, default));
        Assert.Null((await Ledger.FindAsync("1", "duel", default))!.Reason);
    }

    [Fact]
    public async Task An_entry_that_another_has_changed_first_is_not_overwritten()
    {
        await SaveAsync("1", "duel");
        var (mine, theirs) = (
            await Ledger.FindAsync("1", "duel", default),
            await Ledger.FindAsync("1", "duel", default)
        );
        Assert.True(await Ledger.TrySaveAsync(theirs! with { Reason = "theirs" }, default));

        Assert.False(await Ledger.TrySaveAsync(mine! with { Reason = "mine" }, default));
        Assert.Equal("theirs", (await Ledger.FindAsync("1", "duel", default))!.Reason);
    }

    [Fact]
    public async Task Each_save_changes_the_etag_even_where_nothing_else_changes()
    {
        await SaveAsync("1", "duel");
        var first = await Ledger.FindAsync("1", "duel", default);
        Assert.True(await Ledger.TrySaveAsync(first!, default));

        Assert.NotEqual(first!.ETag, (await Ledger.FindAsync("1", "duel", default))!.ETag);
        Assert.False(await Ledger.TrySaveAsync(first, default));
    }

    [Fact]
    public async Task Of_many_who_change_an_entry_at_once_none_is_lost()
    {
        var changes = Enumerable
            .Range(0, 50)
            .Select(i =>
                Task.Run(() =>
                    Ledger.ChangeAsync(
                        "1",
                        "duel",
                        entry => (entry ?? Entry("1", "duel")).WithAttempts([Attempt(i)]),
                        default
                    )
                )
            );
        await Task.WhenAll(changes);

        var entry = await Ledger.FindAsync("1", "duel", default);

        Assert.Equal(Enumerable.Range(0, 50), entry!.Attempts.Select(attempt => attempt.Number).Order());
    }

    [Fact]
    public async Task Attempts_beyond_the_most_drop_the_oldest()
    {
        var attempts = Enumerable.Range(1, LedgerEntry.MostAttempts + 5).Select(Attempt).ToList();
        await Ledger.TrySaveAsync(Entry("1", "duel").WithAttempts(attempts), default);

        var kept = (await Ledger.FindAsync("1", "duel", default))!.Attempts;

        Assert.Equal((LedgerEntry.MostAttempts, 6), (kept.Count, kept[0].Number));
    }

    private static Attempt Attempt(int number) =>
        new(Noon, "event", "upsert", number, 6, "retry", 500, 1, new string('x', 4096));

    private static LedgerEntry Entry(string orderId, string provider) =>
        new(orderId, provider, new OrderVersion(Noon, OrderStatus.Paid, "event"), DeliveryState.Retrying);

    private async Task SaveAsync(string orderId, string provider) =>
        Assert.True(await Ledger.TrySaveAsync(Entry(orderId, provider), default));
}
