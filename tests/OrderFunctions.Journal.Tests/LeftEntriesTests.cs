using OrderFunctions.Bus;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.Journaling.Tests;

/// <summary>The index of the entries with something left says what the disk says.</summary>
public sealed class LeftEntriesTests : JournalTest
{
    [Fact]
    public async Task What_was_left_is_listed_after_a_restart_as_it_was_saved_last()
    {
        await SaveAsync("a", Time.GetUtcNow());
        await SaveAsync("b", Time.GetUtcNow());
        await SaveAsync("b", null);
        await SaveAsync("c", null);

        Restart();

        Assert.Equal(["a"], await LeftAsync());
    }

    [Fact]
    public async Task A_save_that_the_disk_did_not_take_leaves_the_index_as_it_was()
    {
        await SaveAsync("a", Time.GetUtcNow());
        Disk.FailsFlush = true;
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => SaveAsync("a", null));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => SaveAsync("b", Time.GetUtcNow()));

        Assert.Equal(["a"], await LeftAsync());
    }

    [Fact]
    public async Task Compaction_keeps_what_is_left_and_forgets_it_with_its_entry()
    {
        await SaveAsync("a", Time.GetUtcNow());
        Time.Advance(TimeSpan.FromDays(10));
        await CompactAsync();
        Assert.Equal(["a"], await LeftAsync());
        Restart();
        Assert.Equal(["a"], await LeftAsync());

        for (var day = 0; day < 200; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await CompactAsync();
        }

        Assert.Empty(await LeftAsync());
        Restart();
        Assert.Empty(await LeftAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_record_of_before_there_was_a_LeftAt_reads_as_ever(bool isClaimed)
    {
        using var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        writer.WriteKey(7);
        writer.Write("duel");
        writer.WriteTime(Time.GetUtcNow());
        writer.Write(isClaimed);
        writer.Write("{}"u8);

        var record = EntryRecord.Read(stream.ToArray());

        Assert.Equal((isClaimed, null, "duel"), (record.IsClaimed, record.LeftAt, record.Provider));
        Assert.Equal("{}"u8, record.Content.Unpack().Span);
    }

    private async Task CompactAsync()
    {
        while (await Journal.Compactor.CompactAsync(default)) { }
    }

    private Task SaveAsync(string orderId, DateTimeOffset? leftAt) =>
        Journal.Ledger.ChangeAsync(
            orderId,
            "avantlink",
            entry => (entry ?? Messages.Entry(orderId, "avantlink", Time.GetUtcNow())) with { LeftAt = leftAt },
            default
        );

    private async Task<IReadOnlyList<string>> LeftAsync()
    {
        var found = new List<string>();
        await foreach (var entry in Journal.Ledger.ListLeftAsync("avantlink", null, null, default))
        {
            found.Add(entry.OrderId);
        }

        return found;
    }
}
