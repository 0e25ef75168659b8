using System.Globalization;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Journaling.Tests;

public sealed class RecoveryTests : JournalTest
{
    private static readonly DeadLetter Failed = new(DeadLetterReasons.Rejected, "answered 400", null, 2, 3);

    [Fact]
    public async Task What_was_published_waits_again_after_a_restart()
    {
        await Journal.Bus.PublishAsync([Messages.Event("a", "duel", "retrack")], default);

        Restart();

        Assert.Equal(
            ["a x 1 on orders-duel: body of a, duel, 0/0, , ", "a x 1 on orders-retrack: body of a, retrack, 0/0, , "],
            await Journal.DrainAsync()
        );
    }

    [Fact]
    public async Task What_was_completed_does_not_come_again()
    {
        await Journal.PublishAsync("a", "b");
        await (await ReceiveAsync("orders-duel")).CompleteAsync(default);

        Restart();

        Assert.Equal("b", (await ReceiveAsync("orders-duel")).Received.Message.EventId);
    }

    [Fact]
    public async Task What_was_locked_comes_again_at_once_and_is_counted()
    {
        await Journal.PublishAsync("a");
        await ReceiveAsync("orders-duel");

        Restart();

        Assert.Equal(2, (await ReceiveAsync("orders-duel")).Received.DeliveryCount);
    }

    [Fact]
    public async Task What_crashes_the_process_each_time_is_dead_lettered_in_the_end()
    {
        await Journal.PublishAsync("a");
        for (var i = 0; i < Entities.MostDeliveries; i++)
        {
            await ReceiveAsync("orders-duel");
            Restart();
        }

        Assert.Null(await Journal.TryReceiveAsync("orders-duel"));
        var received = (await ReceiveAsync(Entities.Retry)).Received;
        Assert.Equal(DeadLetterReasons.MaxDeliveryCountExceeded, received.DeadLetter!.Reason);
    }

    [Fact]
    public async Task What_was_scheduled_comes_when_it_is_due()
    {
        await Journal.Bus.ScheduleAsync(
            "orders-duel",
            Messages.Event("a") with
            {
                Provider = "duel",
                Retries = 2,
                Attempts = 5,
            },
            Time.GetUtcNow().AddHours(2),
            default
        );

        Restart();

        Assert.Empty(await Journal.DrainAsync());
        Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["a x 1 on orders-duel: body of a, duel, 2/5, , "], await Journal.DrainAsync());
    }

    [Fact]
    public async Task Dead_letters_and_parked_deliveries_stay_what_they_are()
    {
        await Journal.PublishAsync("a", "b");
        await (await ReceiveAsync("orders-duel")).DeadLetterAsync(Failed, default);
        await (await ReceiveAsync(Entities.Retry)).DeadLetterAsync(Failed, default);
        await (await ReceiveAsync("orders-duel")).DeadLetterAsync(Failed, default);
        var parked = await Journal.Bus.ParkedAsync();

        Restart();

        Assert.Equal(parked, await Journal.Bus.ParkedAsync());
        Assert.Equal(("a", "answered 400", 3), (parked[0].EventId, parked[0].Description, parked[0].Attempts));
        Assert.Equal(Failed, (await ReceiveAsync(Entities.Retry)).Received.DeadLetter);
        Assert.Equal(1, await Journal.Bus.ReplayAsync(new ParkedFilter(), 10, default));
        Restart();
        Assert.Equal("a", (await ReceiveAsync("orders-duel")).Received.Message.EventId);
    }

    [Fact]
    public async Task An_event_that_was_published_before_is_dropped()
    {
        await Journal.PublishAsync("a");
        await (await ReceiveAsync("orders-duel")).CompleteAsync(default);

        Restart();
        await Journal.PublishAsync("a");

        Assert.Empty(await Journal.DrainAsync());
    }

    [Fact]
    public async Task The_ledger_is_as_it_was()
    {
        var entry = Messages.Entry("1", "duel", Time.GetUtcNow()) with { Reference = "one" };
        await Journal.Ledger.TrySaveAsync(entry, default);
        var saved = await Journal.Ledger.FindAsync("1", "duel", default);
        await Journal.Ledger.TrySaveAsync(saved! with { Reference = "two" }, default);

        Restart();

        Assert.Equal("two", Assert.Single(await Journal.Ledger.ListAsync("1", default)).Reference);
        Assert.Null(await Journal.Ledger.TrySaveAsync(saved!, default));
    }

    [Fact]
    public async Task A_claim_of_the_process_that_died_is_freed_and_what_it_told_is_uncertain()
    {
        var claim = new Claim(Guid.NewGuid(), Time.GetUtcNow().AddMinutes(5));
        var entry = Messages.Entry("1", "duel", Time.GetUtcNow());
        await Journal.Ledger.TrySaveAsync(entry with { Claim = claim }, default);
        await Journal.Ledger.TrySaveAsync(entry with { OrderId = "2" }, default);

        Restart();

        Assert.Equal((null, true), await ClaimOf("1"));
        Assert.Equal((null, false), await ClaimOf("2"));

        async Task<(Claim?, bool)> ClaimOf(string orderId)
        {
            var found = await Journal.Ledger.FindAsync(orderId, "duel", default);
            return (found!.Claim, found.MayHaveArrived);
        }
    }

    [Fact]
    public async Task A_missing_segment_stops_the_start_and_is_named()
    {
        await FillSegmentsAsync();
        Journal.Dispose();
        File.Delete(Folder.Files[1]);

        var error = Assert.Throws<JournalException>(() => Folder.Open());

        Assert.Contains("0000000002.journal is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shortened_segment_stops_the_start_even_where_all_its_records_are_whole()
    {
        await FillSegmentsAsync();
        Journal.Dispose();
        var damaged = Folder.Files[1];
        using (var file = File.OpenHandle(damaged, access: FileAccess.ReadWrite))
        {
            RandomAccess.SetLength(file, Segment.Magic.Length + 26);
        }

        var error = Assert.Throws<JournalException>(() => Folder.Open());

        Assert.Contains("0000000002.journal", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_middle_stops_the_start_with_its_offset_and_nothing_is_changed()
    {
        await Journal.PublishAsync("a");
        var offset = new FileInfo(Folder.Files[0]).Length;
        await Journal.PublishAsync("b");
        await Journal.PublishAsync("c");
        Journal.Dispose();
        var bytes = await File.ReadAllBytesAsync(Folder.Files[0]);
        bytes[offset + 40] ^= 1;
        await File.WriteAllBytesAsync(Folder.Files[0], bytes);

        var error = Assert.Throws<JournalException>(() => Folder.Open());

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"{Folder.Files[0]} is damaged at offset {offset}"),
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("from a backup", error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Folder.Files[0]));
    }

    [Fact]
    public async Task A_file_of_many_megabytes_is_read_in_parts_of_any_size()
    {
        var random = new Random(1);
        var sizes = new List<int>();
        for (var i = 0; i < 60; i++)
        {
            // One is larger than what is read at once.
            sizes.Add(i == 30 ? 3_000_000 : random.Next(1, 200_000));
            var body = new byte[sizes[i]];
            random.NextBytes(body);
            await Journal.Bus.PublishAsync([Messages.Event($"{i}", "duel") with { Body = body }], default);
        }

        Restart();
        for (var i = 0; i < sizes.Count; i++)
        {
            var message = await ReceiveAsync("orders-duel");
            Assert.Equal(sizes[i], message.Received.Message.Body.Length);
            await message.CompleteAsync(default);
        }

        Assert.Null(await Journal.TryReceiveAsync("orders-duel"));
    }

    [Fact]
    public void A_second_holder_of_the_folder_is_refused_and_the_first_is_named()
    {
        var error = Assert.Throws<JournalException>(() => Folder.Open());

        Assert.Contains(Folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on"),
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_that_can_t_be_made_is_named()
    {
        var file = Path.Combine(Folder.Path, "file");
        File.WriteAllText(file, "");
        Folder.Options = Folder.Options with { Folder = Path.Combine(file, "journal") };

        var error = Assert.Throws<JournalException>(() => Folder.Open());

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("Local__DataDirectory", error.Message, StringComparison.Ordinal);
        Folder.Options = Folder.Options with { Folder = Path.GetDirectoryName(file)! };
    }

    private async Task FillSegmentsAsync()
    {
        Folder.Options = Folder.Options with { SegmentBytes = 1000 };
        Restart();
        foreach (var i in Enumerable.Range(0, 40))
        {
            await Journal.PublishAsync($"{i}");
        }

        Assert.True(Folder.Files.Count > 3, $"There should be more segments than {Folder.Files.Count}.");
    }
}
