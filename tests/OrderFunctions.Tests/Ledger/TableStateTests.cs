using Azure;
using OrderFunctions.App.Ledger;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Tests.Ledger;

/// <summary>Table storage does what every state store must do.</summary>
public sealed class TableStateTests : StateCompliance
{
    private readonly FakeTable _table = new();
    private readonly TableLedger _ledger;

    public TableStateTests() => _ledger = new TableLedger(_table);

    protected override IStateStore Store => _ledger;

    protected override ILedger Ledger => _ledger;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_save_whose_answer_was_lost_is_known_as_ours_and_not_as_anothers(bool isNew)
    {
        await _table.CreateIfNotExistsAsync();
        var record = new StateRecord("pauses", "1"u8.ToArray());
        if (!isNew)
        {
            Assert.NotNull(await Store.TrySaveAsync(record, default));
            record = (await Store.FindAsync("pauses", default))!;
        }

        _table.LosesNextAnswer = true;

        Assert.NotNull(await Store.TrySaveAsync(record with { Json = "2"u8.ToArray() }, default));
        Assert.Equal("2"u8.ToArray(), (await Store.FindAsync("pauses", default))!.Json.ToArray());
    }

    [Fact]
    public async Task While_Table_storage_cannot_be_had_every_call_says_so()
    {
        _table.Trouble = new RequestFailedException(503, "busy", "ServerBusy", null);
        Func<Task>[] calls =
        [
            () => Store.FindAsync("pauses", default),
            () => Store.TrySaveAsync(new StateRecord("pauses", "1"u8.ToArray()), default),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<LedgerUnavailableException>(call);
            Assert.Contains("Table storage answered 503 ServerBusy", error.Message, StringComparison.Ordinal);
        }
    }
}
