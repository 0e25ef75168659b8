using System.Text.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using Xunit;

namespace OrderFunctions.TestKit.Conformance;

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
            Returned = new ToldGoods("USD", 20m, []) { PlacedAt = Noon.AddDays(-1) },
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
        Assert.NotNull(await Ledger.TrySaveAsync(entry, default));

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

        Assert.Null(await Ledger.TrySaveAsync(Entry("1", "duel") with { Reason = "mine" }, default));
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
        Assert.NotNull(await Ledger.TrySaveAsync(theirs! with { Reason = "theirs" }, default));

        Assert.Null(await Ledger.TrySaveAsync(mine! with { Reason = "mine" }, default));
        Assert.Equal("theirs", (await Ledger.FindAsync("1", "duel", default))!.Reason);
    }

    [Fact]
    public async Task Each_save_changes_the_etag_even_where_nothing_else_changes()
    {
        await SaveAsync("1", "duel");
        var first = await Ledger.FindAsync("1", "duel", default);
        Assert.NotNull(await Ledger.TrySaveAsync(first!, default));

        Assert.NotEqual(first!.ETag, (await Ledger.FindAsync("1", "duel", default))!.ETag);
        Assert.Null(await Ledger.TrySaveAsync(first, default));
    }

    [Fact]
    public async Task What_a_save_returns_is_what_stands_and_can_be_saved_again()
    {
        var first = await Ledger.TrySaveAsync(Entry("1", "duel"), default);
        Assert.Equal((await Ledger.FindAsync("1", "duel", default))!.ETag, first!.ETag);

        var second = await Ledger.TryConcludeAsync(first with { Reason = "concluded" }, default);

        var found = await Ledger.FindAsync("1", "duel", default);
        Assert.Equal(("concluded", second!.ETag), (found!.Reason, found.ETag));
        Assert.Null(await Ledger.TryConcludeAsync(first with { Reason = "late" }, default));
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
    public async Task What_is_left_is_listed_by_provider_and_time_from_the_first_moment_to_before_the_last()
    {
        await SaveLeftAsync("early", "avantlink", Noon.AddTicks(-1));
        await SaveLeftAsync("first", "avantlink", Noon);
        await SaveLeftAsync("last", "avantlink", Noon.AddHours(1).AddTicks(-1));
        await SaveLeftAsync("late", "avantlink", Noon.AddHours(1));
        await SaveLeftAsync("another's", "duel", Noon);
        await SaveAsync("nothing left", "avantlink");

        Assert.Equal(["first", "last"], await LeftAsync(Noon, Noon.AddHours(1)));
        Assert.Equal(["first", "last", "late"], await LeftAsync(Noon.ToUniversalTime(), null));
        Assert.Equal(["early"], await LeftAsync(null, Noon));
        Assert.Equal(["early", "first", "last", "late"], await LeftAsync(null, null));
        Assert.Equal(
            ["early", "first", "last", "late"],
            await LeftAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue)
        );
    }

    [Fact]
    public async Task An_entry_is_listed_as_it_was_saved_last_and_can_be_saved_from_there()
    {
        await SaveLeftAsync("1", "avantlink", Noon);
        await Ledger.ChangeAsync("1", "avantlink", entry => entry! with { LeftAt = Noon.AddDays(1) }, default);
        await SaveLeftAsync("2", "avantlink", Noon);
        await Ledger.ChangeAsync("2", "avantlink", entry => entry! with { LeftAt = null }, default);

        Assert.Empty(await LeftAsync(null, Noon.AddDays(1)));
        await foreach (var entry in Ledger.ListLeftAsync("avantlink", Noon, null, default))
        {
            Assert.Equal(
                JsonSerializer.Serialize(await Ledger.FindAsync("1", "avantlink", default)),
                JsonSerializer.Serialize(entry)
            );
            Assert.NotNull(await Ledger.TrySaveAsync(entry with { Returned = entry.Left }, default));
        }

        Assert.NotNull((await Ledger.FindAsync("1", "avantlink", default))!.Returned);
    }

    [Fact]
    public async Task Before_the_first_entry_nothing_is_left() => Assert.Empty(await LeftAsync(null, null));

    [Fact]
    public async Task Of_many_that_are_left_none_is_missing()
    {
        var ids = Enumerable.Range(0, 1200).Select(i => $"{i}").ToList();
        foreach (var id in ids)
        {
            await SaveLeftAsync(id, "avantlink", Noon);
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), await LeftAsync(Noon, null));
    }

    [Fact]
    public async Task Who_lists_what_is_left_can_stop_it()
    {
        await SaveLeftAsync("1", "avantlink", Noon);
        await SaveLeftAsync("2", "avantlink", Noon);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await stop.CancelAsync();
            await foreach (var entry in Ledger.ListLeftAsync("avantlink", null, null, stop.Token))
            {
                Assert.Fail($"Order {entry.OrderId} should not be listed after the stop.");
            }
        });
    }

    [Fact]
    public async Task What_was_left_before_all_time_of_a_table_is_listed_too()
    {
        await SaveLeftAsync("1", "avantlink", DateTimeOffset.MinValue);

        Assert.Equal(["1"], await LeftAsync(null, Noon));
        Assert.Equal(["1"], await LeftAsync(DateTimeOffset.MinValue, null));
    }

    [Fact]
    public async Task Attempts_beyond_the_most_drop_the_oldest()
    {
        var attempts = Enumerable.Range(1, LedgerEntry.MostAttempts + 5).Select(Attempt).ToList();
        await Ledger.TrySaveAsync(Entry("1", "duel").WithAttempts(attempts), default);

        var kept = (await Ledger.FindAsync("1", "duel", default))!.Attempts;

        Assert.Equal((LedgerEntry.MostAttempts, 6), (kept.Count, kept[0].Number));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('<')] // an encoder that is careful of HTML writes six letters
    [InlineData('订')]
    public async Task An_entry_with_all_it_can_remember_and_the_largest_event_is_saved(char letter)
    {
        var text = new string(letter, 4096);
        var visit = Attribution.None with
        {
            UserIds = [.. Enumerable.Repeat(text[..256], 50)],
            VisitorIds = [.. Enumerable.Repeat(text[..256], 50)],
            AvantLinkToken = text,
            RetrackClick = text,
            Affiliate = text,
            UserAgent = text,
            PageUrl = text,
            ReferrerUrl = text,
            GoogleClickId = text,
            CustomTrackingCode = text,
        };
        var (first, largest) = (Samples.Event(), LargestEvent(letter));
        Statement[] said =
        [
            Statement.Of(first) with
            {
                Attribution = visit,
            },
            Statement.Of(largest) with
            {
                Attribution = visit,
                Providers = ["duel"],
            },
        ];
        var goods = ToldGoods.Of(largest.Order);
        var attempt = Attempt(1) with { Detail = text };
        var entry = (
            Entry("1", "duel") with
            {
                Incomplete = new IncompleteEvent(largest, Noon),
                ToldLast = new ToldOrder { Goods = goods },
                Left = goods,
            }
        ).WithAttempts([
            .. Enumerable.Range(1, LedgerEntry.MostAttempts).Select(number => attempt with { Number = number }),
        ]);
        entry = said.Aggregate(
            entry,
            (each, statement) => each with { Memory = OrderMemory.With(each.Memory, statement, "duel", Noon) }
        );
        Assert.NotNull(await Ledger.TrySaveAsync(entry, default));

        var found = await Ledger.FindAsync("1", "duel", default);

        Assert.Equal(JsonSerializer.Serialize(entry.Memory), JsonSerializer.Serialize(found!.Memory));
        Assert.Equal(JsonSerializer.Serialize(entry.Incomplete), JsonSerializer.Serialize(found.Incomplete));
        Assert.Equal(JsonSerializer.Serialize(goods), JsonSerializer.Serialize(found.Left));
        Assert.Equal(LedgerEntry.MostAttempts, found.Attempts[^1].Number);
    }

    // As many lines as an event of 192 KB has.
    private static OrderEvent LargestEvent(char letter)
    {
        var line = new OrderLine(null, null, null, 1, 1, null, null, null, null);
        var name = new string(letter, 1000);
        var largest = Samples.Event();
        while (CanonicalJson.Write(largest).Length < OrderEventReader.MostBytes)
        {
            var lines = largest.Order.Lines;
            lines = [.. lines, line with { Name = $"{name}{lines.Count}" }];
            largest = largest with { Order = largest.Order with { Lines = lines } };
        }

        return largest;
    }

    private static Attempt Attempt(int number) =>
        new(Noon, "event", "upsert", number, 6, "retry", 500, 1, new string('x', 4096));

    private static LedgerEntry Entry(string orderId, string provider) =>
        new(orderId, provider, new OrderVersion(Noon, OrderStatus.Paid, "event"), DeliveryState.Retrying);

    private async Task SaveLeftAsync(string orderId, string provider, DateTimeOffset leftAt)
    {
        var entry = Entry(orderId, provider) with { Left = new ToldGoods("USD", 0, []), LeftAt = leftAt };
        Assert.NotNull(await Ledger.TrySaveAsync(entry, default));
    }

    private async Task<IReadOnlyList<string>> LeftAsync(DateTimeOffset? since, DateTimeOffset? until)
    {
        var found = new List<string>();
        await foreach (var entry in Ledger.ListLeftAsync("avantlink", since, until, default))
        {
            found.Add(entry.OrderId);
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private async Task SaveAsync(string orderId, string provider) =>
        Assert.NotNull(await Ledger.TrySaveAsync(Entry(orderId, provider), default));
}
