using System.Text;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Journaling.State;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Journaling.Tests;

public sealed class CompactionTests : JournalTest
{
    private const int SegmentBytes = 4_000;
    private const int Kept = 10;

    [Fact]
    public async Task What_waits_stays_and_what_is_over_leaves()
    {
        await WorkAsync(500);
        var before = await ContentsAsync();

        await CompactAsync();

        Assert.Equal(before, await ContentsAsync());
        Restart();
        Assert.Equal(before, await ContentsAsync());
    }

    [Fact]
    public async Task The_journal_takes_no_more_than_twice_what_is_live_and_two_segments()
    {
        await WorkAsync(500);
        await CompactAsync();
        var (live, length) = (Journal.Counts.LiveBytes, Journal.Counts.Bytes);
        Assert.InRange(length, live, (2 * live) + (2 * SegmentBytes));

        await WorkAsync(500, from: 500);
        await CompactAsync();

        (live, length) = (Journal.Counts.LiveBytes, Journal.Counts.Bytes);
        Assert.InRange(length, live, (2 * live) + (2 * SegmentBytes));
        Assert.Equal(length, Folder.Files.Sum(file => new FileInfo(file).Length));
    }

    [Fact]
    public async Task A_crash_before_the_old_segment_is_deleted_loses_nothing_and_doubles_nothing()
    {
        await WorkAsync(100);
        var before = await ContentsAsync();
        Disk.FailsDelete = true;
        await Assert.ThrowsAsync<IOException>(CompactAsync);

        Restart();

        Assert.Equal(before, await ContentsAsync());
        await CompactAsync();
        Restart();
        Assert.Equal(before, await ContentsAsync());
    }

    [Fact]
    public async Task A_compaction_that_the_disk_has_no_room_for_loses_nothing()
    {
        await WorkAsync(100);
        var before = await ContentsAsync();
        var files = Folder.Files;
        Disk.FreeBytes = 100;
        await Assert.ThrowsAsync<BusUnavailableException>(CompactAsync);

        Assert.Subset(Folder.Files.ToHashSet(), files.ToHashSet());
        Restart();
        Assert.Equal(before, await ContentsAsync());
    }

    [Fact]
    public async Task It_takes_orders_and_lets_them_be_received_meanwhile()
    {
        await WorkAsync(300);
        var waiting = Journal.Counts.Waiting;
        var compacting = Task.Run(CompactAsync);
        await WorkAsync(300, from: 300);
        await compacting;

        await CompactAsync();

        Assert.Equal(waiting + Kept, Journal.Counts.Waiting);
        Restart();
        Assert.Equal(waiting + Kept, Journal.Counts.Waiting);
    }

    [Fact]
    public async Task What_is_still_on_its_way_to_the_disk_when_its_segment_is_compacted_is_not_lost()
    {
        await SaveAsync("1");
        var first = Folder.Files[0];
        Disk.HoldWrites();
        var sent = Enumerable.Range(0, 3).Select(_ => Messages.LongId(SegmentBytes / 2)).ToList();
        var publishing = sent.Select(id => Journal.PublishAsync(id)).ToList();
        Time.Advance(Folder.Options.DuplicateWindow);

        var compacting = CompactAsync();
        Disk.ReleaseWrites();
        await Task.WhenAll([compacting, .. publishing]);

        Assert.DoesNotContain(first, Folder.Files);
        Restart();
        Assert.Equal(sent.Count, Journal.Counts.Waiting);
        Assert.Equal(sent.Count, (await Journal.DrainAsync()).Count);
    }

    [Fact]
    public async Task A_lock_holds_across_a_compaction()
    {
        await WorkAsync(100);
        var message = await ReceiveAsync("orders-duel");

        await CompactAsync();
        await message.CompleteAsync(default);

        Assert.Equal(Kept - 1, Journal.Counts.Waiting);
        Restart();
        Assert.Equal(Kept - 1, Journal.Counts.Waiting);
    }

    [Fact]
    public async Task Duplicates_are_known_until_the_window_ends_and_then_forgotten()
    {
        await WorkAsync(100);
        await CompactAsync();
        Restart();
        await Journal.PublishAsync([.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
        Assert.Equal(Kept, Journal.Counts.Waiting);

        Time.Advance(Folder.Options.DuplicateWindow);
        await CompactAsync();
        await Journal.PublishAsync("99");

        Assert.Equal(Kept + 1, Journal.Counts.Waiting);
    }

    [Fact]
    public async Task The_copy_of_an_old_publication_does_not_make_a_newer_one_forgotten()
    {
        await Journal.PublishAsync("again");
        Time.Advance(Folder.Options.DuplicateWindow);
        await Journal.PublishAsync("again");

        // Copies the first, which still waits, behind the second.
        await CompactAsync();
        await Journal.PublishAsync("again");

        Assert.Equal(2, Journal.Counts.Waiting);
        Restart();
        await Journal.PublishAsync("again");
        Assert.Equal(2, Journal.Counts.Waiting);
    }

    [Fact]
    public async Task The_ledger_forgets_an_order_some_time_after_its_last_change()
    {
        await SaveAsync("old");
        Time.Advance(TimeSpan.FromDays(170));
        await CompactAsync();
        await SaveAsync("new");
        Assert.NotNull(await Journal.Ledger.FindAsync("old", "duel", default));

        // A segment is full after a day, and compacted a duplicate window later at the latest.
        for (var day = 0; day < 20; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await CompactAsync();
        }

        Assert.Null(await Journal.Ledger.FindAsync("old", "duel", default));
        Assert.NotNull(await Journal.Ledger.FindAsync("new", "duel", default));
        Restart();
        Assert.Null(await Journal.Ledger.FindAsync("old", "duel", default));
    }

    [Fact]
    public async Task A_customer_s_data_is_off_the_disk_eight_days_after_the_delivery_however_small_the_shop()
    {
        await Journal.PublishAsync("alex@example.com");
        await (await ReceiveAsync("orders-duel")).CompleteAsync(default);
        Assert.Contains("alex@example.com", await BytesAsync(), StringComparison.Ordinal);

        for (var day = 0; day < 9; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await CompactAsync();
        }

        Assert.DoesNotContain("alex@example.com", await BytesAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_entry_remembers_is_off_the_disk_eight_days_after_it_expired_and_the_record_stays()
    {
        await RememberAsync("1", ["duel"]);
        await PassDaysAsync(89);
        Assert.Contains("alex@example.com", await BytesAsync(), StringComparison.Ordinal);
        Assert.True((await Journal.Ledger.FindAsync("1", "duel", default))!.Memory!.IsPersonal);

        await PassDaysAsync(9);

        Assert.DoesNotContain("alex@example.com", await BytesAsync(), StringComparison.Ordinal);
        Restart();
        var entry = await Journal.Ledger.FindAsync("1", "duel", default);
        Assert.Equal(["duel"], Assert.Single(entry!.Memory!.Statements).Providers);
        Assert.Null(entry.Incomplete);
    }

    [Fact]
    public async Task What_was_erased_is_off_the_disk_eight_days_later()
    {
        await RememberAsync("1", null);
        await Journal.Ledger.ChangeAsync("1", "duel", entry => entry!.Forget(), default);

        await PassDaysAsync(9);

        Assert.DoesNotContain("alex@example.com", await BytesAsync(), StringComparison.Ordinal);
        Assert.Null((await Journal.Ledger.FindAsync("1", "duel", default))!.Memory);
    }

    [Fact]
    public async Task To_forget_is_no_change_that_keeps_the_record_for_longer()
    {
        await RememberAsync("1", null);

        await PassDaysAsync(180 + 9);

        Assert.Null(await Journal.Ledger.FindAsync("1", "duel", default));
    }

    [Fact]
    public async Task A_folder_that_nobody_used_for_long_forgets_within_eight_days_of_a_start()
    {
        await RememberAsync("1", null);
        Time.Advance(TimeSpan.FromDays(120));
        Restart();
        Assert.Contains("alex@example.com", await BytesAsync(), StringComparison.Ordinal);

        await PassDaysAsync(8);

        Assert.DoesNotContain("alex@example.com", await BytesAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Permits_that_an_earlier_version_kept_under_a_provider_s_name_are_copied_as_they_are()
    {
        var json = """{"provider":"duel","taken":[{"count":7}]}"""u8.ToArray();
        var record = new EntryRecord(
            JournalState.KeyOf("duel"),
            "duel",
            Time.GetUtcNow(),
            IsClaimed: false,
            Packed.Of(json)
        );

        Assert.Same(record, JournalLedger.WithoutExpired(record, Time.GetUtcNow()));
    }

    [Fact]
    public async Task An_etag_that_compaction_made_old_only_means_reading_again()
    {
        await SaveAsync("1");
        await WorkAsync(100);
        var found = await Journal.Ledger.FindAsync("1", "duel", default);
        await CompactAsync();

        await Journal.Ledger.ChangeAsync("1", "duel", entry => entry! with { Reference = "new" }, default);

        Assert.Equal("new", (await Journal.Ledger.FindAsync("1", "duel", default))!.Reference);
        Assert.Null(await Journal.Ledger.TrySaveAsync(found!, default));
    }

    public override Task InitializeAsync()
    {
        Folder.Options = Folder.Options with { SegmentBytes = SegmentBytes };
        return base.InitializeAsync();
    }

    private async Task CompactAsync()
    {
        while (await Journal.Compactor.CompactAsync(default)) { }
    }

    /// <summary>Publishes events for two providers and settles them in one way or another; the last of them wait.</summary>
    private async Task WorkAsync(int count, int from = 0)
    {
        var deadLetter = new DeadLetter(DeadLetterReasons.Rejected, "answered 400", null, 0, 1);
        for (var i = from; i < from + count; i++)
        {
            await Journal.Bus.PublishAsync([Messages.Event($"{i}", "duel")], default);
            if (i >= from + count - Kept)
            {
                continue;
            }

            var message = await ReceiveAsync("orders-duel");
            await SaveAsync($"{i % 7}");
            if (i % 50 == 3)
            {
                await message.DeadLetterAsync(deadLetter, default);
                await (await ReceiveAsync(Entities.Retry)).DeadLetterAsync(deadLetter, default);
            }
            else
            {
                await message.CompleteAsync(default);
            }
        }
    }

    private async Task PassDaysAsync(int days)
    {
        for (var day = 0; day < days; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
            await CompactAsync();
        }
    }

    private Task RememberAsync(string orderId, IReadOnlyList<string>? providers)
    {
        var entry = Messages.Entry(orderId, "duel", Time.GetUtcNow());
        var said = new Statement(entry.Version)
        {
            Customer = Customer.Unknown with { Email = "alex@example.com" },
            Providers = providers,
        };
        var incomplete = new IncompleteEvent(Samples.Event(), Time.GetUtcNow());
        return Journal.Ledger.ChangeAsync(
            orderId,
            "duel",
            _ =>
                entry with
                {
                    Memory = OrderMemory.With(null, said, "duel", Time.GetUtcNow()),
                    Incomplete = incomplete,
                },
            default
        );
    }

    private Task SaveAsync(string orderId) =>
        Journal.Ledger.ChangeAsync(
            orderId,
            "duel",
            entry => entry ?? Messages.Entry(orderId, "duel", Time.GetUtcNow()),
            default
        );

    private async Task<string> ContentsAsync()
    {
        var contents = new StringBuilder();
        contents.AppendJoin('\n', await Journal.Bus.ParkedAsync());
        foreach (var orderId in Enumerable.Range(0, 7))
        {
            var entry = await Journal.Ledger.FindAsync($"{orderId}", "duel", default);
            contents.Append('\n').Append(entry! with { ETag = null, Attempts = [] });
        }

        return contents.Append('\n').Append(Journal.Counts.Waiting).ToString();
    }

    // All that the files hold, and what it says unpacked.
    private async Task<string> BytesAsync()
    {
        var text = new StringBuilder();
        foreach (var file in Folder.Files)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            text.Append(Encoding.Latin1.GetString(bytes));
            var segment = Segment.NumberOf(file)!.Value;
            for (
                var offset = Segment.Magic.Length;
                Frame.Read(bytes.AsSpan(offset), segment, offset) is { } frame;
                offset += frame.Location.Length
            )
            {
                var content = frame.Kind switch
                {
                    RecordKind.Entry or RecordKind.PackedEntry => EntryRecord
                        .Read(frame.DataIn(bytes.AsMemory(offset)))
                        .Content,
                    RecordKind.Message or RecordKind.PackedMessage => MessageRecord
                        .Read(frame.DataIn(bytes.AsMemory(offset)))
                        .Content,
                    _ => new Packed(default, IsCompressed: false),
                };
                text.Append(Encoding.Latin1.GetString(content.Unpack().Span));
            }
        }

        return text.ToString();
    }
}
