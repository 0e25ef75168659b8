using OrderFunctions.Journaling.Files;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Journaling.Tests;

public sealed class JournalPermitsTests : PermitCompliance
{
    private readonly JournalFolder _folder = JournalFolder.Make();
    private FaultyDisk _disk = null!;
    private Journal _journal = null!;

    protected override IPermitStore Store => _journal.Permits;

    protected override ILedger Ledger => _journal.Ledger;

    public override Task InitializeAsync()
    {
        _journal = _folder.Open(_disk = new FaultyDisk());
        return Task.CompletedTask;
    }

    public override Task DisposeAsync()
    {
        _journal.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_restart_finds_them_as_they_were()
    {
        var taken = new TakenPermits(Guid.NewGuid(), 1500, _folder.Time.GetUtcNow());
        Assert.True(await Store.TrySaveAsync(new Permits("duel", [taken]), default));

        await RestartAsync();

        var found = await Store.FindAsync("duel", default);
        Assert.Equal([taken], found!.Taken);
        Assert.True(await Store.TrySaveAsync(found with { Taken = [] }, default));
    }

    [Fact]
    public async Task A_compaction_keeps_them()
    {
        var taken = new TakenPermits(Guid.NewGuid(), 1500, _folder.Time.GetUtcNow());
        Assert.True(await Store.TrySaveAsync(new Permits("duel", [taken]), default));
        var file = Assert.Single(_folder.Files);

        // The file is full after a day, and compacted a duplicate window later.
        for (var day = 0; day < 9; day++)
        {
            _folder.Time.Advance(TimeSpan.FromDays(1));
            while (await _journal.Compactor.CompactAsync(default)) { }
        }

        Assert.DoesNotContain(file, _folder.Files);
        await RestartAsync();
        Assert.Equal([taken], (await Store.FindAsync("duel", default))!.Taken);
    }

    [Fact]
    public async Task While_the_disk_fails_none_can_be_taken_and_nothing_is_lost()
    {
        var taken = new TakenPermits(Guid.NewGuid(), 25, _folder.Time.GetUtcNow());
        Assert.True(await Store.TrySaveAsync(new Permits("duel", [taken]), default));
        var found = await Store.FindAsync("duel", default);
        _disk.FreeBytes = 0;

        var more = found! with { Taken = [taken, taken with { Instance = Guid.NewGuid() }] };
        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() => Store.TrySaveAsync(more, default));

        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal([taken], (await Store.FindAsync("duel", default))!.Taken);
    }

    private Task RestartAsync()
    {
        _journal.Dispose();
        return InitializeAsync();
    }
}
