using System.Text;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Journaling.Tests;

public sealed class JournalStateStoreTests : StateCompliance
{
    private readonly JournalFolder _folder = JournalFolder.Make();
    private FaultyDisk _disk = null!;
    private Journal _journal = null!;

    protected override IStateStore Store => _journal.States;

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
    public async Task A_restart_finds_a_record_as_it_was()
    {
        Assert.NotNull(await Store.TrySaveAsync(Record("1"), default));

        await RestartAsync();

        var found = await Store.FindAsync("pauses", default);
        Assert.Equal("1", Text(found));
        Assert.NotNull(await Store.TrySaveAsync(Record("2") with { ETag = found!.ETag }, default));
    }

    [Fact]
    public async Task It_is_kept_until_it_is_changed_however_old()
    {
        Assert.NotNull(await Store.TrySaveAsync(Record("1"), default));
        var file = Assert.Single(_folder.Files);

        // The file is full after a day, and compacted a duplicate window later.
        for (var day = 0; day < 400; day += 40)
        {
            _folder.Time.Advance(TimeSpan.FromDays(40));
            while (await _journal.Compactor.CompactAsync(default)) { }
        }

        Assert.DoesNotContain(file, _folder.Files);
        await RestartAsync();
        Assert.Equal("1", Text(await Store.FindAsync("pauses", default)));
    }

    [Fact]
    public async Task While_the_disk_fails_none_can_be_saved_and_nothing_is_lost()
    {
        Assert.NotNull(await Store.TrySaveAsync(Record("1"), default));
        var found = await Store.FindAsync("pauses", default);
        _disk.FreeBytes = 0;

        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            Store.TrySaveAsync(Record("2") with { ETag = found!.ETag }, default)
        );

        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal("1", Text(await Store.FindAsync("pauses", default)));
    }

    private static StateRecord Record(string json) => new("pauses", Encoding.UTF8.GetBytes(json));

    private static string? Text(StateRecord? record) =>
        record is null ? null : Encoding.UTF8.GetString(record.Json.Span);

    private Task RestartAsync()
    {
        _journal.Dispose();
        return InitializeAsync();
    }
}
