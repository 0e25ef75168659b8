using Azure;
using OrderFunctions.App.Ledger;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Tests.Ledger;

/// <summary>Table storage does what every permit store must do.</summary>
public sealed class TablePermitsTests : PermitCompliance
{
    private readonly FakeTable _table = new();
    private readonly TableLedger _ledger;

    public TablePermitsTests() => _ledger = new TableLedger(_table);

    protected override IPermitStore Store => _ledger;

    protected override ILedger Ledger => _ledger;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_save_whose_answer_was_lost_is_known_as_ours_and_not_as_anothers(bool isNew)
    {
        await _table.CreateIfNotExistsAsync();
        var permits = new Permits("duel", []);
        if (!isNew)
        {
            Assert.True(await Store.TrySaveAsync(permits, default));
            permits = (await Store.FindAsync("duel", default))!;
        }

        _table.LosesNextAnswer = true;
        var taken = new TakenPermits(Guid.NewGuid(), 25, DateTimeOffset.UnixEpoch);

        Assert.True(await Store.TrySaveAsync(permits with { Taken = [taken] }, default));
        Assert.Equal([taken], (await Store.FindAsync("duel", default))!.Taken);
    }

    [Fact]
    public async Task While_Table_storage_cannot_be_had_every_call_says_so()
    {
        _table.Trouble = new RequestFailedException(503, "busy", "ServerBusy", null);
        Func<Task>[] calls =
        [
            () => Store.FindAsync("duel", default),
            () => Store.TrySaveAsync(new Permits("duel", []), default),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<LedgerUnavailableException>(call);
            Assert.Contains("Table storage answered 503 ServerBusy", error.Message, StringComparison.Ordinal);
        }
    }
}
