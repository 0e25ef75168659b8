using System.Collections;
using System.Globalization;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Ledger;

namespace OrderFunctions.Journaling.Tests;

/// <summary>
/// Exceptions that nobody foresaw, in the middle of a change: what was accepted before and after is there at the next
/// start, what was refused is not, and the journal says how it is.
/// </summary>
public sealed class ExceptionTests : JournalTest
{
    private static readonly Action NeverUndone = () => Assert.Fail("There is nothing to undo.");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_at_any_byte_of_a_record_refuses_that_change_alone(bool isInTheMiddleOfABatch)
    {
        var accepted = new List<string>();
        for (var bytes = 0; bytes <= 64; bytes++)
        {
            var ids = new[] { "first", "before", "after" }.Select(id => $"{bytes} {id}").ToList();
            var writes = Disk.Writes;
            Disk.HoldWrites();
            var publishing = new List<Task> { Journal.PublishAsync(ids[0]) };
            await Disk.WriteStartedAsync(writes + 1);
            publishing.Add(Journal.PublishAsync(ids[1]));
            if (!isInTheMiddleOfABatch)
            {
                Disk.ReleaseWrites();
                await Task.WhenAll(publishing);
            }

            Assert.Throws<InsufficientMemoryException>(() => Append(new TornRecord(bytes)));
            Assert.Throws<InsufficientMemoryException>(() => Append(new ProbeRecord(), new TornRecord(bytes)));

            publishing.Add(Journal.PublishAsync(ids[2]));
            Disk.ReleaseWrites();
            await Task.WhenAll(publishing);
            await Journal.Bus.CheckAsync(default);
            accepted.AddRange(ids);
        }

        await AssertAcceptedAsync(accepted);
    }

    [Fact]
    public async Task An_exception_in_the_first_change_of_a_journal_leaves_it_empty_and_usable()
    {
        Assert.Throws<InsufficientMemoryException>(() => Append(new TornRecord(5)));

        await Journal.PublishAsync("a");
        await AssertAcceptedAsync(["a"]);
    }

    [Fact]
    public void Memory_that_runs_out_at_any_byte_of_a_batch_leaves_it_as_it_was()
    {
        var before = new EntryRecord(1, "duel", Time.GetUtcNow(), false, Packed.Of("before"u8.ToArray()));
        var torn = new EntryRecord(2, "duel", Time.GetUtcNow(), false, new Packed(new byte[300], IsCompressed: false));
        var after = new EntryRecord(3, "duel", Time.GetUtcNow(), false, Packed.Of("after"u8.ToArray()));
        var (whole, _) = Fill(int.MaxValue);
        for (var room = 0; room < whole; room++)
        {
            var (_, kinds) = Fill(room);
            Assert.Equal([RecordKind.Segment, RecordKind.Entry, RecordKind.Entry], kinds);
        }

        (int Needed, List<RecordKind> Kinds) Fill(int room)
        {
            using var memory = new ShortMemory();
            var segment = new Segment(Folder.Path, 9);
            var batch = new JournalBatch(segment, new BinaryWriter(memory));
            Encode(before);
            memory.Room = memory.Length + room;
            if (room < int.MaxValue)
            {
                Assert.Throws<InsufficientMemoryException>(() => batch.Encode([torn, torn]));
            }
            else
            {
                batch.Encode([torn, torn]);
            }

            var needed = (int)memory.Length - batch.Bytes.Length;
            memory.Room = long.MaxValue;
            Encode(after);
            Assert.Equal(segment.End, batch.Bytes.Length);
            return (needed, Kinds(batch.Bytes));

            void Encode(IRecord record)
            {
                batch.Encode([record]);
                batch.Add(NeverUndone);
            }
        }
    }

    [Fact]
    public async Task An_event_that_can_t_be_read_to_its_end_is_refused_with_all_that_came_with_it()
    {
        var torn = Messages.Event("b") with { Providers = new TornList() };

        await Assert.ThrowsAsync<InsufficientMemoryException>(() =>
            Journal.Bus.PublishAsync([Messages.Event("a", "duel"), torn], default)
        );

        Assert.Equal(0, Journal.Counts.Waiting);
        await Journal.PublishAsync("c");
        await AssertAcceptedAsync(["c"]);
    }

    [Fact]
    public async Task A_settlement_that_can_t_be_recorded_lets_the_message_be_received_again()
    {
        await Journal.PublishAsync("a");
        var message = await ReceiveAsync("orders-duel");
        await Journal.Log.FlushAsync();
        Disk.WriteThrows = new InsufficientMemoryException();
        await Assert.ThrowsAsync<BusUnavailableException>(() => message.CompleteAsync(default));
        Disk.WriteThrows = null;
        Time.Advance(Availability.FailurePause);

        Assert.Equal(2, (await ReceiveAsync("orders-duel")).Received.DeliveryCount);
    }

    [Fact]
    public async Task An_exception_while_writing_that_is_not_the_disk_s_refuses_and_ends_with_its_cause()
    {
        await Journal.PublishAsync("a");
        Disk.WriteThrows = new InsufficientMemoryException("no memory");
        var refused = await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("b"));
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.Bus.CheckAsync(default));

        Assert.Contains("no memory", refused.Message, StringComparison.Ordinal);
        Disk.WriteThrows = null;
        Time.Advance(Availability.FailurePause);
        await Journal.PublishAsync("c");
        await AssertAcceptedAsync(["a", "c"]);
    }

    [Fact]
    public async Task A_change_that_memory_took_only_half_stops_the_journal_and_loses_nothing_that_was_accepted()
    {
        await Journal.PublishAsync("accepted");
        Disk.HoldWrites();
        var written = Journal.PublishAsync("accepted as well");
        await Disk.WriteStartedAsync(2);
        var waiting = Journal.PublishAsync("not on disk yet");

        Break();
        Disk.ReleaseWrites();

        await written;
        await Assert.ThrowsAsync<BusUnavailableException>(() => waiting);
        await AssertStoppedAsync();
        await AssertAcceptedAsync(["accepted", "accepted as well"]);
    }

    [Fact]
    public async Task A_failed_change_that_can_t_be_taken_back_stops_the_journal_and_refuses_all_that_waits()
    {
        await Journal.PublishAsync("accepted");
        Disk.HoldWrites();
        var waiting = Journal.PublishAsync("refused");
        Task broken;
        lock (Journal.Log.Gate)
        {
            broken = Journal.Log.Append([new ProbeRecord()], _ => { }, () => throw new InsufficientMemoryException());
        }

        var last = Journal.PublishAsync("refused as well");
        Disk.FreeBytes = 0;
        Disk.ReleaseWrites();

        await Assert.ThrowsAsync<BusUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<BusUnavailableException>(() => broken);
        await Assert.ThrowsAsync<BusUnavailableException>(() => last);
        await AssertStoppedAsync();
        await AssertAcceptedAsync(["accepted"]);
    }

    [Fact]
    public async Task A_journal_that_stops_in_the_middle_of_a_compaction_keeps_the_old_segment()
    {
        Folder.Options = Folder.Options with { SegmentBytes = 1000 };
        Restart();
        var accepted = Enumerable.Range(0, 40).Select(i => $"{i}").ToList();
        foreach (var id in accepted)
        {
            await Journal.PublishAsync(id);
        }

        // The first copies are on their way to the disk, the others wait behind them, when it stops.
        Time.Advance(Folder.Options.DuplicateWindow);
        var (files, writes) = (Folder.Files, Disk.Writes);
        Disk.HoldWrites();
        var compacting = Journal.Compactor.CompactAsync(default);
        await Disk.WriteStartedAsync(writes + 1);
        Break();
        Disk.ReleaseWrites();

        await Assert.ThrowsAsync<BusUnavailableException>(() => compacting);
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.Compactor.CompactAsync(default));
        Assert.Subset(Folder.Files.ToHashSet(), files.ToHashSet());
        await AssertAcceptedAsync(accepted);
    }

    [Fact]
    public async Task A_segment_whose_copies_were_taken_back_meanwhile_is_not_deleted()
    {
        await Journal.PublishAsync("a");
        var (oldest, rollbacks) = StartSegment();
        Disk.FreeBytes = 0;
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("b"));

        Assert.Null(Journal.Log.TryDelete(oldest, rollbacks));
        Assert.True(File.Exists(Folder.Files[0]));
    }

    private (Segment Oldest, int Rollbacks) StartSegment()
    {
        Time.Advance(Compactor.SegmentAge);
        lock (Journal.Log.Gate)
        {
            Journal.Log.StartSegmentIfOlderThan(Time.GetUtcNow());
            return (Journal.Log.Oldest()!.Value.Segment, Journal.Log.Rollbacks);
        }
    }

    private void Append(params IReadOnlyList<IRecord> change)
    {
        lock (Journal.Log.Gate)
        {
            _ = Journal.Log.Append(change, _ => { }, NeverUndone);
        }
    }

    // As where memory runs out in the middle of a change.
    private void Break()
    {
        var error = Assert.Throws<BusUnavailableException>(() =>
        {
            lock (Journal.Log.Gate)
            {
                Journal.Log.Apply(() => throw new InsufficientMemoryException("no memory"));
            }
        });
        Assert.Contains("no memory", error.Message, StringComparison.Ordinal);
    }

    private async Task AssertStoppedAsync()
    {
        await Journal.Log.Stopped;
        Time.Advance(TimeSpan.FromDays(1));
        await AssertRefusedAsync<BusUnavailableException>(
            () => Journal.PublishAsync("refused"),
            () => Journal.Bus.CheckAsync(default),
            () => Journal.TryReceiveAsync("orders-duel")
        );
        await AssertRefusedAsync<LedgerUnavailableException>(
            () => Journal.Ledger.FindAsync("1", "duel", default),
            () => Journal.Ledger.TrySaveAsync(Messages.Entry("1", "duel", Time.GetUtcNow()), default),
            () => Journal.States.FindAsync("pauses", default),
            () => Journal.States.TrySaveAsync(new StateRecord("pauses", "1"u8.ToArray()), default)
        );

        Assert.Single(Folder.Log.Lines, line => line.Contains("journal.stopped", StringComparison.Ordinal));
    }

    private static async Task AssertRefusedAsync<TException>(params Func<Task>[] uses)
        where TException : Exception
    {
        foreach (var use in uses)
        {
            var error = await Assert.ThrowsAsync<TException>(use);
            Assert.Contains("has stopped", error.Message, StringComparison.Ordinal);
        }
    }

    // After the next start: just these wait, nothing is damaged, nothing was cut off, and it takes more.
    private async Task AssertAcceptedAsync(IReadOnlyList<string> ids)
    {
        Restart();
        await Journal.Bus.CheckAsync(default);
        Assert.DoesNotContain(Folder.Log.Lines, line => line.Contains("journal.cut", StringComparison.Ordinal));
        Assert.Equal(
            ids,
            (await Journal.DrainAsync()).Select(line => line[..line.IndexOf(" x ", StringComparison.Ordinal)])
        );
    }

    private static List<RecordKind> Kinds(ReadOnlySpan<byte> bytes)
    {
        var kinds = new List<RecordKind>();
        for (var offset = Segment.Magic.Length; offset < bytes.Length; )
        {
            var frame = Frame.Read(bytes[offset..], 9, offset);
            Assert.True(
                frame is not null,
                string.Create(CultureInfo.InvariantCulture, $"No whole frame at {offset} of {bytes.Length}.")
            );
            kinds.Add(frame.Value.Kind);
            offset += frame.Value.Location.Length;
        }

        return kinds;
    }

    /// <summary>Memory ends after so many of its bytes.</summary>
    private sealed record TornRecord(int Bytes) : IRecord
    {
        public RecordKind Kind => RecordKind.Probe;

        public void Write(BinaryWriter writer)
        {
            writer.Write(new byte[Bytes]);
            throw new InsufficientMemoryException();
        }
    }

    /// <summary>Takes so many bytes and then no more, as where the heap is full.</summary>
    private sealed class ShortMemory : MemoryStream
    {
        public long Room { get; set; } = long.MaxValue;

        // All other ways to write lead here.
        public override void Write(byte[] buffer, int offset, int count)
        {
            var fits = (int)Math.Min(count, Room - Position);
            base.Write(buffer, offset, fits);
            ThrowIf(fits < count);
        }

        public override void WriteByte(byte value)
        {
            ThrowIf(Position >= Room);
            base.WriteByte(value);
        }

        private static void ThrowIf(bool isFull)
        {
            if (isFull)
            {
                throw new InsufficientMemoryException();
            }
        }
    }

    private sealed class TornList : IReadOnlyList<string>
    {
        public int Count => 1;

        public string this[int index] => throw new InsufficientMemoryException();

        public IEnumerator<string> GetEnumerator() => throw new InsufficientMemoryException();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
