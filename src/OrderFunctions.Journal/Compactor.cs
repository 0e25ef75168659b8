using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.State;

namespace OrderFunctions.Journaling;

/// <summary>
/// Keeps the journal small: copies the live records of the oldest segment to the end, then deletes the segment.
/// Everything goes on meanwhile, and a crash in between leaves a copy too many, which changes nothing.
/// </summary>
internal sealed class Compactor(
    JournalLog log,
    JournalState state,
    JournalOptions options,
    TimeProvider timeProvider,
    JournalDiagnostics diagnostics
)
{
    /// <summary>How long a segment is added to at most, so that what is over leaves the disk in a small shop, too.</summary>
    public static readonly TimeSpan SegmentAge = TimeSpan.FromDays(1);

    private const int BytesPerFlush = 1024 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Compacts whenever a segment is started, and every minute.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // Taken before compacting, so that a segment that is started meanwhile is not missed.
            Task segmentStarted;
            lock (log.Gate)
            {
                segmentStarted = log.SegmentStarted;
            }

            await CompactAllAsync(cancellationToken);
            // That the minute is over is no error.
            await segmentStarted
                .WaitAsync(Interval, timeProvider, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Compacts the oldest segment if that is due.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> CompactAsync(CancellationToken cancellationToken)
    {
        if (FindDue() is not { } due)
        {
            return false;
        }

        // It may be full since a moment ago, with its last frames still on their way to the disk.
        await log.FlushAsync();
        var copy = new LiveRecordCopy(log, state, options, timeProvider);
        foreach (var (frame, data) in due.Segment.ReadAll())
        {
            cancellationToken.ThrowIfCancellationRequested();
            copy.CopyIfLive(frame, data);
            if (copy.UnflushedBytes >= BytesPerFlush)
            {
                await copy.FlushAsync();
            }
        }

        copy.CopyPublished();
        await copy.FlushAsync();

        // Where the disk failed meanwhile, a copy may be rolled back, and its record stands in this segment alone: it
        // is compacted again.
        if (log.TryDelete(due.Segment, due.Rollbacks) is { } bytesLeft)
        {
            diagnostics.Compacted(due.Segment.Number, copy.CopiedRecords, copy.ReadRecords, bytesLeft);
        }

        return true;
    }

    private async Task CompactAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await CompactAsync(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (BusUnavailableException)
        {
            // The log has a line about it already; there may be room the next time.
        }
#pragma warning disable CA1031 // Whatever went wrong, the next segment or the next minute may go well; nothing was deleted.
        catch (Exception error) when (error is not OperationCanceledException)
        {
            diagnostics.CompactionFailed(error);
        }
#pragma warning restore CA1031
    }

    // The oldest segment if it is to be compacted, and the number of rollbacks until now.
    private (Segment Segment, int Rollbacks)? FindDue()
    {
        lock (log.Gate)
        {
            var now = timeProvider.GetUtcNow();
            log.StartSegmentIfOlderThan(now - SegmentAge);
            if (log.Oldest() is not { } oldest)
            {
                return null;
            }

            var isTooLarge = log.Length > (2 * state.LiveBytes) + options.SegmentBytes;
            var isTooOld = oldest.FullSince + options.DuplicateWindow <= now;
            return isTooLarge || isTooOld ? (oldest.Segment, log.Rollbacks) : null;
        }
    }
}
