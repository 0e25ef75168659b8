using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.TestKit;

namespace OrderFunctions.Journaling.Tests;

/// <summary>
/// The folder deleted, moved or replaced while the journal has its files open, which go on taking writes: nothing is
/// accepted that would be lost with them.
/// </summary>
public sealed class FolderTests : JournalTest
{
    private string Elsewhere => Folder.Path + "-elsewhere";

#pragma warning disable CA1416 // These tests run on Unix only.
    [UnixFact]
    public void A_new_folder_is_for_the_user_alone_and_one_that_is_there_stays_as_it_was_made()
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        const UnixFileMode Group = Own | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        var made = Path.Combine(Folder.Path, "live");
        FolderLock.Take(made, Time).Dispose();
        Assert.Equal(Own, File.GetUnixFileMode(made));

        File.SetUnixFileMode(made, Group);
        FolderLock.Take(made, Time).Dispose();
        Assert.Equal(Group, File.GetUnixFileMode(made));
    }
#pragma warning restore CA1416

    [UnixFact]
    public async Task In_a_deleted_folder_an_event_is_refused_and_health_and_log_say_why()
    {
        await Journal.PublishAsync("a");
        Directory.Delete(Folder.Path, recursive: true);

        var refused = await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("b"));
        Time.Advance(Availability.FailurePause);
        var health = await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.Bus.CheckAsync(default));

        Assert.All(
            [refused.Message, health.Message],
            message => Assert.Contains("its folder was deleted, moved or replaced", message, StringComparison.Ordinal)
        );
        Assert.Contains(
            Folder.Path,
            Assert.Single(Folder.Log.Lines, line => line.Contains("journal.unavailable", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
    }

    [UnixFact]
    public async Task Health_says_so_where_nothing_is_written_meanwhile()
    {
        await Journal.PublishAsync("a");
        var writes = Disk.Writes;
        await Journal.Bus.CheckAsync(default);
        Assert.Equal(writes, Disk.Writes);
        Directory.Delete(Folder.Path, recursive: true);

        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.Bus.CheckAsync(default));

        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("b"));
    }

    [UnixFact]
    public async Task A_folder_that_is_put_back_is_used_again_without_a_restart()
    {
        await Journal.PublishAsync("a");
        Directory.Move(Folder.Path, Elsewhere);
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("refused"));

        Directory.Move(Elsewhere, Folder.Path);
        Time.Advance(Availability.FailurePause);
        await Journal.PublishAsync("b");

        await Journal.Bus.CheckAsync(default);
        await AssertAcceptedAsync("a", "b");
    }

    [UnixFact]
    public async Task A_backup_put_in_its_place_is_used_after_a_restart()
    {
        await Journal.PublishAsync("a");
        Directory.Move(Folder.Path, Elsewhere);
        CopyBack();

        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("refused"));
        Time.Advance(Availability.FailurePause);
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.Bus.CheckAsync(default));

        await AssertAcceptedAsync("a");
    }

    [UnixFact]
    public async Task Another_journal_in_its_place_is_noticed_even_where_its_file_is_longer()
    {
        await Journal.PublishAsync("a");
        Directory.Move(Folder.Path, Elsewhere);
        CopyBack();
        await File.AppendAllTextAsync(Folder.Files[0], new string('x', 10_000));

        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("refused"));
    }

    [UnixFact]
    public async Task No_segment_is_begun_in_a_folder_that_lacks_the_others()
    {
        await FillSegmentsAsync();
        Directory.Move(Folder.Path, Elsewhere);
        Directory.CreateDirectory(Folder.Path);

        for (var i = 0; i < 5; i++)
        {
            Time.Advance(Availability.FailurePause);
            await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync(Messages.LongId(2000)));
        }

        Assert.Empty(Folder.Files);
        Directory.Delete(Folder.Path);
        Directory.Move(Elsewhere, Folder.Path);
        Time.Advance(Availability.FailurePause);
        await Journal.PublishAsync(Messages.LongId(2000));
    }

    [UnixFact]
    public async Task Health_notices_that_an_older_segment_is_gone_and_then_nothing_is_accepted()
    {
        await FillSegmentsAsync();
        var gone = Folder.Files[1];
        File.Move(gone, Elsewhere);

        var error = await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.Bus.CheckAsync(default));
        Assert.Contains(gone, error.Message, StringComparison.Ordinal);
        Time.Advance(Availability.FailurePause);
        await Assert.ThrowsAsync<BusUnavailableException>(() => Journal.PublishAsync("refused"));

        File.Move(Elsewhere, gone);
        Time.Advance(Availability.FailurePause);
        await Journal.PublishAsync("accepted");
    }

    public override Task DisposeAsync()
    {
        // Where a test has left nothing for it to dispose of.
        Directory.CreateDirectory(Folder.Path);
        if (Directory.Exists(Elsewhere))
        {
            Directory.Delete(Elsewhere, recursive: true);
        }

        return base.DisposeAsync();
    }

    private void CopyBack()
    {
        Directory.CreateDirectory(Folder.Path);
        foreach (var file in Directory.GetFiles(Elsewhere, "*" + Segment.Extension))
        {
            File.Copy(file, Path.Combine(Folder.Path, Path.GetFileName(file)));
        }
    }

    private async Task FillSegmentsAsync()
    {
        Folder.Options = Folder.Options with { SegmentBytes = 1000 };
        Restart();
        foreach (var i in Enumerable.Range(0, 40))
        {
            await Journal.PublishAsync($"{i}");
        }

        await Journal.PublishAsync(Messages.LongId(1000));
        Assert.True(Folder.Files.Count > 3, $"There should be more segments than {Folder.Files.Count}.");
    }

    private async Task AssertAcceptedAsync(params string[] ids)
    {
        Restart();
        Assert.Equal(
            ids,
            (await Journal.DrainAsync()).Select(line => line[..line.IndexOf(" x ", StringComparison.Ordinal)])
        );
    }
}
