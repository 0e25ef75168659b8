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

        var end = EndOfLastChange(segment, (int)length);
        if (end < length && (!isLast || HasLaterBatch(segment, end, (int)length)))
        {
            throw Damaged($"{segment.Path} is damaged at offset {end}, and acknowledged records follow");
        }

        Load(segment, previous, end);
        if (end < length)
        {
            disk.Truncate(segment.File!, end);
            disk.Flush(segment.File!);
            diagnostics.TailCut(length - end, segment.Path, end);
        }
    }

    private static int EndOfLastChange(Segment segment, int length)
    {
        Span<byte> magic = stackalloc byte[Segment.Magic.Length];
        if (length < magic.Length)
        {
            return 0;
        }

        segment.Read(magic, 0);
        return magic.SequenceEqual(Segment.Magic)
            ? segment
                .ReadValid(length)
                .Where(each => !each.Frame.HasMore)
                .Select(each => each.Frame.Location.End)
                .LastOrDefault()
            : 0;
    }

    // A batch is begun only once all before it is flushed. So where one begins behind the first bad byte, that byte
    // was on disk for good and was damaged later; where none does, it was being written when the process ended.
    private static bool HasLaterBatch(Segment segment, int end, int length)
    {
        var bytes = new byte[length - end];
        segment.Read(bytes, end);
        for (var offset = end; offset < length; offset++)
        {
            if (Frame.Read(bytes.AsSpan(offset - end), segment.Number, offset) is { } frame && frame.Batch > end)
            {
                return true;
            }
        }

        return false;
    }

    private void Load(Segment segment, Segment? previous, int end)
    {
        foreach (var (frame, data) in segment.ReadValid(end))
        {
            if (frame.Location.Offset == Segment.Magic.Length)
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
        }

        segment.End = segment.Flushed = end;
    }

    private static JournalException Damaged(string what) =>
        new(
            $"The journal is damaged: {what}. Nothing was changed. Put the file back from a backup; "
                + "or move the folder away to begin with an empty journal, which forgets what was waiting and what was told."
        );
}

/// <summary>The journal can't be opened; the message says where and what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
