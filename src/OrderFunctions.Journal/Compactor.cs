using OrderFunctions.Bus;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Files;

/// <summary>
/// Keeps the journal small: copies what is still needed of the oldest segment to the end, then deletes the segment.
/// Everything goes on meanwhile, and a crash in between leaves a copy too many, which changes nothing.
/// </summary>
internal sealed class Compactor(
    JournalLog log,
    JournalState state,
    JournalOptions options,
    TimeProvider timeProvider,
    JournalMessages messages
)
{
    /// <summary>How long a segment is added to at most, so that what is over leaves the disk in a small shop, too.</summary>
    public static readonly TimeSpan SegmentAge = TimeSpan.FromDays(1);

    private const int BytesPerFlush = 1024 * 1024;
    private const int MostPublished = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly List<(UInt128 Key, DateTimeOffset At)> _published = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Task rolled;
            lock (log.Gate)
            {
                rolled = log.Rolled;
            }

            try
            {
                while (await CompactAsync(cancellationToken))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
            catch (BusUnavailableException)
            {
                // The journal has said so itself; there may be room the next time.
            }
#pragma warning disable CA1031 // Whatever went wrong, the next segment or the next minute may go well; nothing was deleted.
            catch (Exception error) when (error is not OperationCanceledException)
            {
                messages.CompactionFailed(error);
            }
#pragma warning restore CA1031

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(rolled, Task.Delay(Interval, timeProvider, stop.Token));
            await stop.CancelAsync();
        }
    }

    /// <summary>Compacts the oldest segment if that is due.</summary>
    /// <returns>Whether it was.</returns>
    public async Task<bool> CompactAsync(CancellationToken cancellationToken)
    {
        if (Due() is not ({ } number, var failures))
        {
            return false;
        }

        // It may be full since a moment ago, with its last frames still on their way to the disk.
        await FlushAsync();
        _published.Clear();
        var (records, kept, unflushed) = (0, 0, 0);
        foreach (var (frame, data) in log.ReadSegment(number))
        {
            cancellationToken.ThrowIfCancellationRequested();
            records++;
            var copied = Keep(frame, data);
            kept += copied == 0 ? 0 : 1;
            unflushed += copied;
            if (_published.Count >= MostPublished)
            {
                KeepPublished();
            }

            if (unflushed >= BytesPerFlush)
            {
                await FlushAsync();
                unflushed = 0;
            }
        }

        KeepPublished();
        await FlushAsync();

        // A copy that was taken back while others were made stands in this segment alone: compact it again.
        if (log.TryDelete(number, failures) is { } left)
        {
            messages.Compacted(number, kept, records, left);
        }

        return true;
    }

    private (int Number, int Failures)? Due()
    {
        lock (log.Gate)
        {
            var now = timeProvider.GetUtcNow();
            log.RollIfOlderThan(now - SegmentAge);
            return
                log.Oldest() is { } oldest
                && (
                    log.Length > (2 * state.LiveBytes) + options.SegmentBytes
                    || oldest.FullSince + options.DuplicateWindow <= now
                )
                ? (oldest.Number, log.Failures)
                : null;
        }
    }

    /// <returns>About how many bytes were copied.</returns>
    private int Keep(Frame frame, ReadOnlyMemory<byte> data)
    {
        var now = timeProvider.GetUtcNow();
        switch (frame.Kind)
        {
            case RecordKind.Message:
                return Keep(frame.Location, MessageRecord.Read(data), now);
            case RecordKind.Entry:
                return Keep(frame.Location, EntryRecord.Read(data), now);
            case RecordKind.Published:
                foreach (var (key, at) in PublishedRecord.Read(RecordReader.Of(data)).Events)
                {
                    KeepPublished(key, at, now);
                }

                return 0;
            default:
                // It told of a message that is gone, or that is copied together with what was told.
                return 0;
        }
    }

    private int Keep(Location location, MessageRecord record, DateTimeOffset now)
    {
        lock (log.Gate)
        {
            var waiting = record
                .Placements.Select(placement => (Placement: placement, Message: state.Find(placement.Id)))
                .Where(each => each.Message?.Location == location)
                .Select(each => (each.Placement, Message: each.Message!, each.Message!.Share))
                .ToList();
            if (waiting.Count == 0)
            {
                KeepPublished(record.EventKey ?? default, record.At, now);
                return 0;
            }

            var copy = record with
            {
                Replaces = 0,
                Placements =
                [
                    .. waiting.Select(each => each.Placement with { DeliveryCount = each.Message.DeliveryCount }),
                ],
            };
            log.Append(
                copy,
                target => state.Put(copy, target),
                () =>
                {
                    foreach (var (_, message, share) in waiting)
                    {
                        state.Move(message, location, share);
                    }
                }
            );
            return location.Length;
        }
    }

    private int Keep(Location location, EntryRecord record, DateTimeOffset now)
    {
        lock (log.Gate)
        {
            if (state.FindEntry(record.Key) != location)
            {
                return 0;
            }

            if (record.SavedAt + options.LedgerRetention <= now)
            {
                state.SetEntry(record.Key, record.Provider, null);
                return 0;
            }

            log.Append(
                record,
                target => state.SetEntry(record.Key, record.Provider, target),
                () => state.SetEntry(record.Key, record.Provider, location)
            );
            return location.Length;
        }
    }

    private void KeepPublished(UInt128 key, DateTimeOffset at, DateTimeOffset now)
    {
        lock (log.Gate)
        {
            if (state.Published.Needs(key, at, now))
            {
                _published.Add((key, at));
            }
        }
    }

    private void KeepPublished()
    {
        if (_published.Count == 0)
        {
            return;
        }

        lock (log.Gate)
        {
            log.Append(new PublishedRecord([.. _published]), _ => { }, () => { });
        }

        _published.Clear();
    }

    private async Task FlushAsync()
    {
        Task flushed;
        lock (log.Gate)
        {
            flushed = log.Flushed;
        }

        await flushed;
    }
}
