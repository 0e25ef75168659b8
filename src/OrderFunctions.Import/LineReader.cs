using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using OrderFunctions.Orders;

namespace OrderFunctions.Import;

/// <summary>Reads a file line by line in bounded memory, however long its lines are.</summary>
internal static class LineReader
{
    private const int BufferBytes = 1024 * 1024;

    /// <param name="file">Stands where line <paramref name="before"/> + 1 begins.</param>
    public static async IAsyncEnumerable<Line> ReadAsync(
        Stream file,
        long before,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (number, start, dropped) = (before, file.Position, 0L);
        var pipe = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(cancellationToken);
                var unread = read.Buffer;
                while (unread.PositionOf((byte)'\n') is { } lineBreak)
                {
                    var content = unread.Slice(0, lineBreak);
                    var end = start + dropped + content.Length + 1;
                    yield return NewLine(content, ++number, start, end, dropped);
                    (start, dropped) = (end, 0);
                    unread = unread.Slice(unread.GetPosition(1, lineBreak));
                }

                if (read.IsCompleted)
                {
                    // The last line needs no break.
                    if (dropped + unread.Length is > 0 and var length)
                    {
                        yield return NewLine(unread, ++number, start, start + length, dropped);
                    }

                    yield break;
                }

                if (dropped > 0 || unread.Length > OrderEventReader.MostBytes + 2)
                {
                    dropped += unread.Length;
                    unread = unread.Slice(unread.End);
                }

                pipe.AdvanceTo(unread.Start, unread.End);
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static Line NewLine(ReadOnlySequence<byte> content, long number, long start, long end, long dropped)
    {
        var text = content.IsSingleSegment ? content.First : content.ToArray();
        if (text.Span.EndsWith("\r"u8))
        {
            text = text[..^1];
        }

        if (start == 0 && dropped == 0 && text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        return dropped + text.Length > OrderEventReader.MostBytes
            ? new Line(number, end, default, dropped + text.Length)
            : new Line(number, end, text, text.Length);
    }
}

/// <summary>One line of the file.</summary>
/// <param name="Number">From 1.</param>
/// <param name="End">Where the next line begins, in bytes.</param>
/// <param name="Text">Without its line break; valid until the next line is read. Empty where it is longer than any event.</param>
/// <param name="Length">In bytes, also where it is longer than any event.</param>
internal readonly record struct Line(long Number, long End, ReadOnlyMemory<byte> Text, long Length)
{
    // One less than the server takes: in a batch, a line stands one deeper.
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 63 };

    public bool IsBlank => Length == Text.Length && Text.Span.IndexOfAnyExcept(" \t\r"u8) < 0;

    /// <summary>Why it would spoil the whole batch it stands in; all else is for the server to judge.</summary>
    /// <returns>Null: it can be sent.</returns>
    public string? Problem()
    {
        if (Length > OrderEventReader.MostBytes)
        {
            return $"has {Length} bytes; an order event has at most {OrderEventReader.MostBytes}";
        }

        if (!Utf8.IsValid(Text.Span))
        {
            return "is not UTF-8";
        }

        try
        {
            var reader = new Utf8JsonReader(Text.Span, Strict);
            while (reader.Read()) { }

            return null;
        }
        catch (JsonException error)
        {
            return $"is not JSON: position {error.BytePositionInLine + 1}";
        }
    }
}
