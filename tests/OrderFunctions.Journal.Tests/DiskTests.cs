using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Journaling.Tests;

/// <summary>A disk that is full or fails: nothing accepted is lost, nothing refused is kept, and it recovers by itself.</summary>
public sealed class DiskTests : JournalTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task On_a_full_disk_an_event_is_refused_and_taken_once_there_is_room(int room)
    {
        await Journal.PublishAsync("a");
        Disk.FreeBytes = room;

        var error = await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("b"));

        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        MakeRoom();
        await Journal.PublishAsync("b");
        await AssertWaitingAsync("a", "b");
    }

    [Fact]
    public async Task What_was_refused_is_gone_after_a_restart()
    {
        await Journal.PublishAsync("a");
        Disk.FailsFlush = true;
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("b"));

        await AssertWaitingAsync("a");
    }

    [Fact]
    public async Task Bytes_that_could_not_be_taken_back_at_once_are_before_the_next_write()
    {
        await Journal.PublishAsync("a");
        (Disk.FailsFlush, Disk.FailsTruncate) = (true, true);
        await Assert.ThrowsAsync<BusUnavailableException>(() =>
            Journal.PublishAsync("a much longer one than the next")
        );

        MakeRoom();
        await Journal.PublishAsync("b");

        await AssertWaitingAsync("a", "b");
    }

    [Fact]
    public async Task While_it_fails_the_disk_is_left_alone_and_tried_again_after_a_second()
    {
        Disk.FreeBytes = 0;
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("a"));
        var writes = Disk.Writes;

        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("a"));
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.Bus.CheckAsync(default));
        Assert.Equal(writes, Disk.Writes);

        Time.Advance(Availability.FailurePause);
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.Bus.CheckAsync(default));
        Assert.Equal(writes + 1, Disk.Writes);
        Assert.Single(Folder.Log.Lines, line => line.Contains("journal.unavailable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_keep_a_disk_that_works_again_untried()
    {
        Disk.FreeBytes = 0;
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("a"));
        Time.Jump(TimeSpan.FromHours(-1));
        MakeRoom();

        await Journal.PublishAsync("a");
    }

    [Fact]
    public async Task A_check_finds_out_that_there_is_room_again()
    {
        Disk.FreeBytes = 0;
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("a"));
        MakeRoom();

        await Journal.Bus.CheckAsync(default);

        Assert.Single(Folder.Log.Lines, line => line.Contains("journal.available", StringComparison.Ordinal));
        await AssertWaitingAsync();
    }

    [Fact]
    public async Task All_that_waited_for_the_failed_flush_is_refused_and_may_be_sent_again()
    {
        var sent = Enumerable.Range(0, 50).Select(i => $"{i}").ToArray();
        Disk.HoldWrites();
        var publishing = sent.Select(id => Journal.PublishAsync(id)).ToList();

        // Duplicates wait for the same flush: they must not be told that their event is safe.
        publishing.AddRange(sent.Select(id => Journal.PublishAsync(id)));
        Disk.FailsFlush = true;
        Disk.ReleaseWrites();
        foreach (var publish in publishing)
        {
            await Assert.ThrowsAsync<BusUnavailableException>(() => publish);
        }

        MakeRoom();
        await Journal.PublishAsync(sent);
        await AssertWaitingAsync(sent);
    }

    [Fact]
    public async Task A_message_whose_completion_failed_comes_again()
    {
        await Journal.PublishAsync("a");
        var message = await ReceiveAsync("orders-duel");
        await Journal.Log.FlushAsync();
        Disk.FreeBytes = 0;
        await Assert.ThrowsAsync<BusUnavailableException>(() => message.CompleteAsync(default));

        MakeRoom();
        var again = await ReceiveAsync("orders-duel");

        Assert.Equal(2, again.Received.DeliveryCount);
        await again.CompleteAsync(default);
        await AssertWaitingAsync();
    }

    [Fact]
    public async Task A_message_that_was_not_dead_lettered_is_on_its_own_queue()
    {
        await Journal.PublishAsync("a");
        var message = await ReceiveAsync("orders-duel");
        Disk.FreeBytes = 0;
        var deadLetter = new DeadLetter(DeadLetterReasons.Retry, "answered 500", Time.GetUtcNow(), 1, 1);
        await Assert.ThrowsAsync<BusUnavailableException>(() => message.DeadLetterAsync(deadLetter, default));
        // In the pause after a failure nothing is tried, and nothing is locked for it.
        await Assert.ThrowsAsync<BusUnavailableException>(() => ReceiveAsync("orders-duel"));

        MakeRoom();

        Assert.Null(await Journal.TryReceiveAsync(Entities.Retry));
        Assert.Equal("orders-duel", (await ReceiveAsync("orders-duel")).Received.Queue);
    }

    [Fact]
    public async Task A_delivery_that_the_disk_did_not_take_is_not_counted()
    {
        await Journal.PublishAsync("a");
        Disk.FreeBytes = 0;
        // While writes go well nobody waits for them: its worker finds out.
        var message = await ReceiveAsync("orders-duel");
        await Assert.ThrowsAsync<BusUnavailableException>(() => message.CompleteAsync(default));
        MakeRoom();
        for (var i = 0; i <= Entities.MostDeliveries; i++)
        {
            Disk.FreeBytes = 0;
            await Assert.ThrowsAsync<BusUnavailableException>(() => ReceiveAsync("orders-duel"));
            MakeRoom();
        }

        Assert.Equal(1, (await ReceiveAsync("orders-duel")).Received.DeliveryCount);
    }

    // The conclusion is not waited for: its message's settlement is. A process that was stopped in between, or whose clock
    // jumps, finds the disk well again.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_whose_conclusion_was_rolled_back_is_not_settled(bool isDeadLettered)
    {
        await Journal.PublishAsync("a");
        var message = await ReceiveAsync("orders-duel");
        await Journal.Log.FlushAsync();
        Disk.HoldWrites();
        await Journal.Ledger.TryConcludeAsync(Messages.Entry("order-a", "duel", Time.GetUtcNow()), default);
        var flushed = Journal.Log.FlushAsync();
        Disk.FreeBytes = 0;
        Disk.ReleaseWrites();
        await Assert.ThrowsAsync<BusUnavailableException>(() => flushed);
        MakeRoom();

        var deadLetter = new DeadLetter(DeadLetterReasons.Retry, "answered 500", Time.GetUtcNow(), 1, 1);
        await Assert.ThrowsAsync<BusUnavailableException>(() =>
            isDeadLettered ? message.DeadLetterAsync(deadLetter, default) : message.CompleteAsync(default)
        );

        Assert.Null(await Journal.Ledger.FindAsync("order-a", "duel", default));
        var again = await ReceiveAsync("orders-duel");
        Assert.Equal(2, again.Received.DeliveryCount);
        await again.CompleteAsync(default);
        await AssertWaitingAsync();
    }

    [Fact]
    public async Task A_write_that_hangs_for_longer_than_a_lock_lasts_loses_and_doubles_nothing()
    {
        await Journal.PublishAsync("a");
        var first = await ReceiveAsync("orders-duel");
        await Journal.Log.FlushAsync();
        Disk.HoldWrites();
        var claim = Journal.Ledger.TrySaveAsync(Messages.Entry("order-a", "duel", Time.GetUtcNow()), default);
        Time.Advance(Entities.LockDuration);
        var again = ReceiveAsync("orders-duel");
        // Its first receiver is too late.
        await Assert.ThrowsAsync<InvalidOperationException>(() => first.CompleteAsync(default));
        Assert.False(claim.IsCompleted);
        Disk.ReleaseWrites();

        Assert.NotNull(await claim);
        Assert.Equal(2, (await again).Received.DeliveryCount);
        await (await again).CompleteAsync(default);
        Assert.NotNull(await Journal.Ledger.FindAsync("order-a", "duel", default));
        await AssertWaitingAsync();
    }

    [Fact]
    public async Task A_ledger_entry_that_was_not_saved_is_as_it_was()
    {
        await Journal.Ledger.TrySaveAsync(Messages.Entry("1", "duel", Time.GetUtcNow()), default);
        var saved = await Journal.Ledger.FindAsync("1", "duel", default);
        Disk.FreeBytes = 0;
        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() =>
            Journal.Ledger.TrySaveAsync(saved! with { Reference = "lost" }, default)
        );
        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);

        MakeRoom();

        Assert.Equal(saved!.ETag, (await Journal.Ledger.FindAsync("1", "duel", default))!.ETag);
        Assert.NotNull(await Journal.Ledger.TrySaveAsync(saved with { Reference = "kept" }, default));
        Restart();
        Assert.Equal("kept", (await Journal.Ledger.FindAsync("1", "duel", default))!.Reference);
    }

    [Fact]
    public async Task A_replay_that_failed_leaves_its_deliveries_parked()
    {
        var deadLetter = new DeadLetter(DeadLetterReasons.Rejected, "answered 400", null, 0, 1);
        await Journal.PublishAsync("a");
        await (await ReceiveAsync("orders-duel")).DeadLetterAsync(deadLetter, default);
        await (await ReceiveAsync(Entities.Retry)).DeadLetterAsync(deadLetter, default);
        var parked = await Journal.Bus.ParkedAsync();
        Disk.FreeBytes = 0;

        await Assert.ThrowsAsync<BusUnavailableException>(() =>
            Journal.Bus.ReplayAsync(new ParkedFilter(), 10, default)
        );

        MakeRoom();
        Assert.Equal(parked, await Journal.Bus.ParkedAsync());
        Assert.Null(await Journal.TryReceiveAsync("orders-duel"));
    }

    [Fact]
    public async Task A_new_segment_that_could_not_be_written_is_begun_again()
    {
        Folder.Options = Folder.Options with { SegmentBytes = 600 };
        Restart();
        var sent = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            Disk.FreeBytes = i * 13 % 90;
            await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync($"refused {i}"));
            MakeRoom();
            await Journal.PublishAsync($"{i}");
            sent.Add($"{i}");
        }

        Assert.True(Folder.Files.Count > 2, $"There should be more segments than {Folder.Files.Count}.");
        await AssertWaitingAsync([.. sent]);
    }

    private void MakeRoom()
    {
        (Disk.FreeBytes, Disk.FailsFlush, Disk.FailsTruncate) = (long.MaxValue, false, false);
        Time.Advance(Availability.FailurePause);
    }

    // The same in this process and after a restart: memory and disk tell one story.
    private async Task AssertWaitingAsync(params string[] ids)
    {
        var counts = Journal.Counts;
        Restart();
        Assert.Equal(counts.Waiting, Journal.Counts.Waiting);
        Assert.Equal(
            ids,
            (await Journal.DrainAsync()).Select(line => line[..line.IndexOf(" x ", StringComparison.Ordinal)])
        );
    }
}
