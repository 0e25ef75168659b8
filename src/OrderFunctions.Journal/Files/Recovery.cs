using System.Buffers;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Files;

/// <summary>Reads the journal at the start: cuts off what a crash left unfinished, and stops at what is damaged.</summary>
internal sealed class Recovery(
    string folder,
    Disk disk,
    JournalMessages messages,
    Action<RecordKind, ReadOnlyMemory<byte>, Location> replay
)
{
    /// <param name="segments">Gets every file that it opens, so that the caller can close them.</param>
    /// <exception cref="JournalException">Something in the middle is damaged or missing; nothing was changed.</exception>
    public void Run(SortedDictionary<int, Segment> segments)
    {
        var numbers = Directory
            .EnumerateFiles(folder, "*" + Segment.Extension)
            .Select(Segment.NumberOf)
            .OfType<int>()
            .Order()
            .ToList();
        Segment? before = null;
        foreach (var number in numbers)
        {
            var segment = new Segment(folder, number);
            if (before is not null && number != before.Number + 1)
            {
                throw Damaged($"{new Segment(folder, before.Number + 1).Path} is missing");
            }

            segment.File = disk.Open(segment.Path);
            segments.Add(number, segment);
            Recover(segment, before, isLast: number == numbers[^1]);
            before = segment;
        }

        if (before is { End: 0 })
        {
            segments.Remove(before.Number);
            before.File!.Dispose();
            disk.Delete(before.Path);
        }
    }

    private void Recover(Segment segment, Segment? before, bool isLast)
    {
        var length = RandomAccess.GetLength(segment.File!);
        if (length > Array.MaxLength)
        {
            throw Damaged($"{segment.Path} is larger than a journal's file gets");
        }

        var rented = segment.Rent((int)length);
        try
        {
            var bytes = rented.AsMemory(0, (int)length);
            var end = EndOfLastChange(bytes.Span, segment.Number);
            if (end < length && (!isLast || HasLaterBatch(bytes.Span, segment.Number, end)))
            {
                throw Damaged($"{segment.Path} is damaged at offset {end}, and acknowledged records follow");
            }

            Replay(bytes[..end], segment, before);
            if (end < length)
            {
                disk.Truncate(segment.File!, end);
                disk.Flush(segment.File!);
                messages.TailCut(length - end, segment.Path, end);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static int EndOfLastChange(ReadOnlySpan<byte> bytes, int segment)
    {
        if (!bytes.StartsWith(Segment.Magic))
        {
            return 0;
        }

        var (end, offset) = (0, Segment.Magic.Length);
        while (Frame.Read(bytes[offset..], segment, offset) is { } frame)
        {
            offset += frame.Location.Length;
            end = frame.HasMore ? end : offset;
        }

        return end;
    }

    // A batch is begun only once all before it is flushed. So where one begins behind the first bad byte, that byte
    // was on disk for good and was damaged later; where none does, it was being written when the process ended.
    private static bool HasLaterBatch(ReadOnlySpan<byte> bytes, int segment, int end)
    {
        for (var offset = end; offset < bytes.Length; offset++)
        {
            if (Frame.Read(bytes[offset..], segment, offset) is { } frame && frame.Batch > end)
            {
                return true;
            }
        }

        return false;
    }

    private void Replay(ReadOnlyMemory<byte> bytes, Segment segment, Segment? before)
    {
        for (var offset = Segment.Magic.Length; offset < bytes.Length; )
        {
            var frame = segment.FrameAt(bytes.Span, offset);
            var data = frame.DataIn(bytes);
            if (offset == Segment.Magic.Length)
            {
                var header = SegmentRecord.Read(RecordReader.Of(data));
                segment.CreatedAt = header.CreatedAt;
                if (before is not null && before.End != header.Before)
                {
                    throw Damaged($"{before.Path} ends at offset {before.End} instead of {header.Before}");
                }
            }
            else
            {
                replay(frame.Kind, data, frame.Location);
            }

            offset += frame.Location.Length;
        }

        segment.End = segment.Flushed = bytes.Length;
    }

    private static JournalException Damaged(string what) =>
        new(
            $"The journal is damaged: {what}. Nothing was changed. Put the file back from a backup; "
                + "or move the folder away to begin with an empty journal, which forgets what was waiting and what was told."
        );
}
