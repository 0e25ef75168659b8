using System.Buffers;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Files;

/// <summary>Reads the journal at the start: cuts off what a crash left unfinished, and stops at what is damaged.</summary>
internal sealed class Recovery(
    SegmentList segments,
    Disk disk,
    JournalDiagnostics diagnostics,
    Action<RecordKind, ReadOnlyMemory<byte>, Location> load
)
{
    /// <summary>Loads every record, and makes the segments ready for more. The caller closes what was opened.</summary>
    /// <exception cref="JournalException">Something in the middle is damaged or missing; nothing was changed.</exception>
    public void Run()
    {
        var numbers = Directory
            .EnumerateFiles(segments.Folder, "*" + Segment.Extension)
            .Select(Segment.NumberOf)
            .OfType<int>()
            .Order()
            .ToList();
        Segment? previous = null;
        foreach (var number in numbers)
        {
            var segment = new Segment(segments.Folder, number);
            if (previous is not null && number != previous.Number + 1)
            {
                throw Damaged($"{new Segment(segments.Folder, previous.Number + 1).Path} is missing");
            }

            segment.File = disk.Open(segment.Path);
            segments.Add(segment);
            Recover(segment, previous, isLast: number == numbers[^1]);
            previous = segment;
        }

        if (previous is { End: 0 })
        {
            segments.Remove(previous);
            previous.File!.Dispose();
            disk.Delete(previous.Path);
        }

        segments.BeginAppending();
    }

    private void Recover(Segment segment, Segment? previous, bool isLast)
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

            Load(bytes[..end], segment, previous);
            if (end < length)
            {
                disk.Truncate(segment.File!, end);
                disk.Flush(segment.File!);
                diagnostics.TailCut(length - end, segment.Path, end);
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

    private void Load(ReadOnlyMemory<byte> bytes, Segment segment, Segment? previous)
    {
        for (var offset = Segment.Magic.Length; offset < bytes.Length; )
        {
            var frame = segment.FrameAt(bytes.Span, offset);
            var data = frame.DataIn(bytes);
            if (offset == Segment.Magic.Length)
            {
                var header = SegmentRecord.Read(RecordReader.Of(data));
                segment.CreatedAt = header.CreatedAt;
                if (previous is not null && previous.End != header.PreviousEnd)
                {
                    throw Damaged($"{previous.Path} ends at offset {previous.End} instead of {header.PreviousEnd}");
                }
            }
            else
            {
                load(frame.Kind, data, frame.Location);
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

/// <summary>The journal can't be opened; the message says where and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
