using OrderFunctions.Bus;

namespace OrderFunctions.Local.Journaling;

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
    private readonly HashSet<Task> _flushes = [];

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
        if (Due() is not { } number)
        {
            return false;
        }

        _published.Clear();
        _flushes.Clear();
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
        messages.Compacted(number, kept, records, log.Delete(number));
        return true;
    }

    private int? Due()
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
                ? oldest.Number
                : null;
        }
    }

    /// <returns>How many bytes were copied.</returns>
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
                .Placements.Select(placement => state.Find(placement.Id))
                .OfType<QueuedMessage>()
                .Where(message => message.Location == location)
                .ToDictionary(message => message.Id, message => message.Share);
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
                    .. record
                        .Placements.Where(placement => waiting.ContainsKey(placement.Id))
                        .Select(placement =>
                            placement with
                            {
                                DeliveryCount = state.Find(placement.Id)!.DeliveryCount,
                            }
                        ),
                ],
            };
            var target = log.Append(copy);
            var moved = state.Put(copy, target);
            _flushes.Add(
                log.CommitAsync(() =>
                {
                    foreach (var message in moved)
                    {
                        state.Move(message, location, waiting[message.Id]);
                    }
                })
            );
            return target.Length;
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

            var target = log.Append(record);
            state.SetEntry(record.Key, record.Provider, target);
            _flushes.Add(log.CommitAsync(() => state.SetEntry(record.Key, record.Provider, location)));
            return target.Length;
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
            log.Append(new PublishedRecord([.. _published]));
            _flushes.Add(log.Flushed);
        }

        _published.Clear();
    }

    // Every one: a batch that failed was taken back, though later ones may have succeeded.
    private async Task FlushAsync()
    {
        await Task.WhenAll(_flushes);
        _flushes.Clear();
    }
}
