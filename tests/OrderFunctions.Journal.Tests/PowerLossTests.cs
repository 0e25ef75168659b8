using System.Globalization;
using OrderFunctions.Journaling.Files;

namespace OrderFunctions.Journaling.Tests;

/// <summary>What a loss of power may leave of the file: any part of what was being written, and no less than was flushed.</summary>
public sealed class PowerLossTests : JournalTest
{
    // Each publish as its own batch but the last, which holds three: one alone and two in one change.
    private static readonly string[] Single = ["a", "b", "c", "d"];

    [Fact]
    public async Task Cut_at_any_byte_the_journal_has_exactly_what_was_whole()
    {
        var (bytes, changes) = await WriteAsync();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var expected = changes.Where(change => change.End <= cut).SelectMany(change => change.Ids);

            var (found, error) = await RecoverAsync(bytes[..cut]);

            Assert.Null(error);
            AssertSame(expected, found, $"cut at {cut} of {bytes.Length}");
        }
    }

    [Fact]
    public async Task With_any_bit_turned_it_has_a_prefix_or_it_stops_and_changes_nothing()
    {
        var (bytes, changes) = await WriteAsync();
        var lastBatch = changes[^3].End;
        for (var at = 0; at < bytes.Length; at++)
        {
            var turned = bytes.ToArray();
            turned[at] ^= (byte)(1 << (at % 8));
            var where = $"bit {at % 8} of byte {at} of {bytes.Length}";

            var (found, error) = await RecoverAsync(turned);

            if (at < lastBatch)
            {
                Assert.True(error is not null, $"With {where} turned it should not start.");
                Assert.Equal(turned, await File.ReadAllBytesAsync(FileIn(Copy)));
            }
            else
            {
                Assert.Null(error);
                AssertSame(changes.Where(change => change.End <= at).SelectMany(change => change.Ids), found, where);
            }
        }
    }

    [Fact]
    public async Task Pages_of_an_unfinished_batch_that_were_written_out_of_order_are_no_damage()
    {
        var (bytes, changes) = await WriteAsync();
        Array.Clear(bytes, changes[^3].End, 40);

        var (found, error) = await RecoverAsync(bytes);

        Assert.Null(error);
        AssertSame(Single, found, "the last batch's first bytes are missing");
    }

    [Fact]
    public async Task A_cut_tail_is_told_once_with_its_bytes_and_then_it_is_whole()
    {
        var (bytes, changes) = await WriteAsync();
        var torn = bytes[..(changes[^2].End + 7)];
        await RecoverAsync(torn);

        await RecoverAsync(await File.ReadAllBytesAsync(FileIn(Copy)));

        var warning = Assert.Single(Folder.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Contains("journal.cut 7 bytes", warning, StringComparison.Ordinal);
        Assert.Contains(FileIn(Copy), warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_on_behind_a_cut()
    {
        var (bytes, _) = await WriteAsync();
        await RecoverAsync(bytes[..^1]);
        Folder.Options = Folder.Options with { Folder = Copy };
        Restart();

        await Journal.PublishAsync("z");
        Restart();

        var ids = (await Journal.DrainAsync()).Select(line => line.Split(' ')[0]);
        Assert.Equal([.. Single, "e", "z"], ids);
    }

    private string Copy => Path.Combine(Folder.Path, "copy");

    private static string FileIn(string folder) => Path.Combine(folder, "0000000001.journal");

    /// <summary>The journal's bytes, and for each change where it ends and what it published.</summary>
    private async Task<(byte[] Bytes, List<(int End, string[] Ids)> Changes)> WriteAsync()
    {
        var file = FileIn(Folder.Path);
        var changes = new List<(int End, string[] Ids)>();
        foreach (var id in Single)
        {
            await Journal.PublishAsync(id);
            changes.Add((Length(), [id]));
        }

        // While the disk takes a batch of nothing much, the next one fills.
        Disk.HoldWrites();
        var busy = Journal.Ledger.TrySaveAsync(Messages.Entry("1", "duel", Time.GetUtcNow()), default);
        await Disk.WriteStartedAsync(Single.Length + 1);
        var alone = Journal.PublishAsync("e");
        var together = Journal.PublishAsync("f", "g");
        Disk.ReleaseWrites();
        await busy;
        await Task.WhenAll(alone, together);
        Journal.Dispose();

        var bytes = await File.ReadAllBytesAsync(file);
        var frames = Frames(bytes);
        changes.Add((frames[^3].Location.Offset, []));
        changes.Add((frames[^2].Location.Offset, ["e"]));
        changes.Add((bytes.Length, ["f", "g"]));
        Assert.Equal(frames[^3].Batch, frames[^1].Batch);
        return (bytes, changes);

        int Length() => (int)new FileInfo(file).Length;
    }

    private static List<Frame> Frames(byte[] bytes)
    {
        var frames = new List<Frame>();
        for (var offset = Segment.Magic.Length; offset < bytes.Length; offset += frames[^1].Location.Length)
        {
            frames.Add(Frame.Read(bytes.AsSpan(offset), 1, offset)!.Value);
        }

        return frames;
    }

    private async Task<(IReadOnlyList<string> Ids, JournalException? Error)> RecoverAsync(byte[] bytes)
    {
        Directory.CreateDirectory(Copy);
        await File.WriteAllBytesAsync(FileIn(Copy), bytes);
        var own = Folder.Options;
        Folder.Options = own with { Folder = Copy };
        try
        {
            using var journal = Folder.Open();
            return ([.. (await journal.DrainAsync()).Select(line => line.Split(' ')[0])], null);
        }
        catch (JournalException error)
        {
            return ([], error);
        }
        finally
        {
            Folder.Options = own;
        }
    }

    private static void AssertSame(IEnumerable<string> expected, IEnumerable<string> found, string where)
    {
        var (wanted, got) = (string.Join(' ', expected), string.Join(' ', found));
        Assert.True(
            wanted == got,
            string.Create(CultureInfo.InvariantCulture, $"With {where}: expected [{wanted}], found [{got}].")
        );
    }
}
