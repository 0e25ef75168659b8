using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Journaling.State;

namespace OrderFunctions.Journaling;

/// <summary>
/// Copies what is live of a segment to the end of the journal, for compaction. A message is live while it waits, an
/// entry while it is its order's newest and within the retention, a publication within the duplicate window. All other
/// records tell of messages, and are copied as a part of these or not at all. What an entry remembers is left behind once
/// it expires.
/// </summary>
internal sealed class LiveRecordCopy(
    JournalLog log,
    JournalState state,
    JournalOptions options,
    TimeProvider timeProvider
)
{
    private const int MostPublished = 1000;
    private readonly List<(UInt128 Key, DateTimeOffset At)> _published = [];

    public int ReadRecords { get; private set; }

    public int CopiedRecords { get; private set; }

    /// <summary>About how many bytes were copied since the last flush.</summary>
    public int UnflushedBytes { get; private set; }

    public void CopyIfLive(Frame frame, ReadOnlyMemory<byte> data)
    {
        ReadRecords++;
        switch (frame.Kind)
        {
            case RecordKind.Message or RecordKind.PackedMessage:
                CopyIfWaiting(MessageRecord.Read(data), frame.Location);
                break;
            case RecordKind.Entry or RecordKind.PackedEntry:
                CopyIfNewest(EntryRecord.Read(data), frame.Location);
                break;
            case RecordKind.Published:
                CollectPublished(PublishedRecord.Read(RecordReader.Of(data)).Events);
                break;
        }

        if (_published.Count >= MostPublished)
        {
            CopyPublished();
        }
    }

    /// <summary>Copies the publications that were collected so far, as one record.</summary>
    public void CopyPublished()
    {
        if (_published.Count == 0)
        {
            return;
        }

        lock (log.Gate)
        {
            // Memory has them already.
            log.Append(new PublishedRecord([.. _published]), _ => { }, () => { });
        }

        _published.Clear();
    }

    /// <summary>Returns once all copies so far are on disk for good.</summary>
    public async Task FlushAsync()
    {
        await log.FlushAsync();
        UnflushedBytes = 0;
    }

    // One record for the queues where the message still waits, with its deliveries counted until now.
    private void CopyIfWaiting(MessageRecord record, Location location)
    {
        // It has waited for long, or compaction would not have come by.
        var packed = IsWaiting(record, location) ? record.Pack() : record;
        lock (log.Gate)
        {
            var waiting = new List<(QueuedMessage Message, int Share)>();
            var placements = new List<Placement>();
            foreach (var placement in record.Placements)
            {
                if (state.Find(placement.Id) is { } message && message.Location == location)
                {
                    waiting.Add((message, message.Share));
                    placements.Add(placement with { DeliveryCount = message.DeliveryCount });
                }
            }

            if (waiting.Count > 0)
            {
                var copy = packed with { Replaces = 0, Placements = placements };
                log.Append(
                    copy,
                    copied => state.Put(copy, copied),
                    () => waiting.ForEach(each => state.Move(each.Message, location, each.Share))
                );
                CountCopy(location);
            }
            else if (record.EventKey is { } key)
            {
                CollectPublished([(key, record.At)]);
            }
        }
    }

    private bool IsWaiting(MessageRecord record, Location location)
    {
        lock (log.Gate)
        {
            return record.Placements.Any(placement => state.Find(placement.Id)?.Location == location);
        }
    }

    private void CopyIfNewest(EntryRecord record, Location location)
    {
        lock (log.Gate)
        {
            if (state.FindEntry(record.Key) != location)
            {
                return;
            }
        }

        var now = timeProvider.GetUtcNow();
        var isOver = !record.IsState && record.SavedAt + options.LedgerRetention <= now;
        // Not under the gate: reading an entry takes longer than anything else here.
        var copy = isOver ? record : JournalLedger.WithoutExpired(record, now - options.RememberFor);
        lock (log.Gate)
        {
            if (state.FindEntry(record.Key) != location)
            {
                return;
            }

            if (isOver)
            {
                state.SetEntry(record.Key, record.Provider, null, null);
                return;
            }

            log.Append(
                copy,
                copied => state.SetEntry(record.Key, record.Provider, copied, record.LeftAt),
                () => state.SetEntry(record.Key, record.Provider, location, record.LeftAt)
            );
            CountCopy(location);
        }
    }

    private void CollectPublished(IEnumerable<(UInt128 Key, DateTimeOffset At)> events)
    {
        lock (log.Gate)
        {
            var now = timeProvider.GetUtcNow();
            _published.AddRange(events.Where(each => state.Published.Needs(each.Key, each.At, now)));
        }
    }

    private void CountCopy(Location location)
    {
        CopiedRecords++;
        UnflushedBytes += location.Length;
    }
}
