using Azure;
using Azure.Identity;
using OrderFunctions.App.Ledger;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Tests.Ledger;

/// <summary>Table storage does what every ledger must do.</summary>
public sealed class TableLedgerTests : LedgerCompliance
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(1));

    private readonly FakeTable _table = new();
    private readonly TableLedger _ledger;

    public TableLedgerTests() => _ledger = new TableLedger(_table);

    protected override ILedger Ledger => _ledger;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_longest_order_id_of_the_worst_characters_makes_a_key_that_a_table_takes()
    {
        var id = new string('/', 128);
        Assert.NotNull(await _ledger.TrySaveAsync(Entry(id), default));

        Assert.Equal(id, (await _ledger.FindAsync(id, "duel", default))!.OrderId);
    }

    [Theory]
    [InlineData("a/b", "a!2Fb")]
    [InlineData("a!2Fb", "a!212Fb")]
    [InlineData("o'clock", "o!27clock")]
    [InlineData("订单-1_2.3", "订单-1_2.3")]
    public void An_order_ids_key_can_be_read_and_is_no_other_ids(string orderId, string key) =>
        Assert.Equal(key, LedgerRow.PartitionKey(orderId));

    [Fact]
    public async Task Attempts_with_the_longest_words_in_any_script_never_outgrow_a_row()
    {
        var attempts = Enumerable
            .Range(1, LedgerEntry.MostAttempts)
            .Select(number => new Attempt(Noon, "event", "upsert", number, 27, "retry", 500, 1, new string('订', 4096)))
            .ToList();
        Assert.NotNull(await _ledger.TrySaveAsync(Entry("1").WithAttempts(attempts), default));

        var kept = (await _ledger.FindAsync("1", "duel", default))!.Attempts;

        Assert.InRange(kept.Count, 10, LedgerEntry.MostAttempts);
        Assert.Equal(attempts[^1], kept[^1]);
        Assert.InRange(_table.LargestRowBytes, 200 * 1024, 1024 * 1024);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_save_whose_answer_was_lost_is_known_as_ours_and_not_as_anothers(bool isNew)
    {
        await _table.CreateIfNotExistsAsync();
        var entry = Entry("1");
        if (!isNew)
        {
            Assert.NotNull(await _ledger.TrySaveAsync(entry, default));
            entry = (await _ledger.FindAsync("1", "duel", default))!;
        }

        _table.LosesNextAnswer = true;

        Assert.NotNull(await _ledger.TrySaveAsync(entry with { Reason = "ours" }, default));
        Assert.Equal("ours", (await _ledger.FindAsync("1", "duel", default))!.Reason);
    }

    [Fact]
    public async Task An_entry_that_was_deleted_meanwhile_is_read_again()
    {
        Assert.NotNull(await _ledger.TrySaveAsync(Entry("1"), default));
        var read = await _ledger.FindAsync("1", "duel", default);
        _table.Clear();

        Assert.Null(await _ledger.TrySaveAsync(read!, default));
    }

    public static TheoryData<Exception, string> Outages =>
        new()
        {
            { new RequestFailedException(503, "busy", "ServerBusy", null), "Table storage answered 503 ServerBusy" },
            {
                new RequestFailedException(403, "no", "AuthorizationPermissionMismatch", null),
                "Table storage answered 403 AuthorizationPermissionMismatch"
            },
            { new AuthenticationFailedException("no token"), "can't be reached (AuthenticationFailedException)" },
            { new AggregateException("Retry failed after 3 tries."), "can't be reached (AggregateException)" },
            { new TaskCanceledException("NetworkTimeout"), "can't be reached (TaskCanceledException)" },
        };

    [Theory]
    [MemberData(nameof(Outages), DisableDiscoveryEnumeration = true)]
    public async Task While_Table_storage_cannot_be_had_every_call_says_so(Exception trouble, string reason)
    {
        _table.Trouble = trouble;
        Func<Task>[] calls =
        [
            () => _ledger.FindAsync("1", "duel", default),
            () => _ledger.ListAsync("1", default),
            async () => await _ledger.ListLeftAsync("duel", null, null, default).GetAsyncEnumerator().MoveNextAsync(),
            () => _ledger.TrySaveAsync(Entry("1"), default),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<LedgerUnavailableException>(call);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_answer_that_waiting_does_not_mend_is_not_called_an_outage()
    {
        _table.Trouble = new RequestFailedException(400, "bad", "PropertyValueTooLarge", null);

        await Assert.ThrowsAsync<RequestFailedException>(() => _ledger.TrySaveAsync(Entry("1"), default));
    }

    private static LedgerEntry Entry(string orderId) =>
        new(orderId, "duel", new OrderVersion(Noon, OrderStatus.Paid, "event"), DeliveryState.Retrying);
}
