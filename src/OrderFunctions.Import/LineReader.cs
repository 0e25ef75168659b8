using System.Runtime.CompilerServices;
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
        var buffer = new byte[BufferBytes];
        var (start, end, number) = (0, 0, before);
        var lineStart = file.Position;
        var dropped = 0L;
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0)
            {
                if (dropped > 0 || end - start > OrderEventReader.MostBytes + 2)
                {
                    dropped += end - start;
                    (start, end) = (0, 0);
                }
                else
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    (start, end) = (0, end - start);
                }

                var read = await file.ReadAsync(buffer.AsMemory(end), cancellationToken);
                end += read;
                if (read > 0)
                {
                    continue;
                }

                if (end == start && dropped == 0)
                {
                    yield break;
                }
            }

            // The last line needs no break.
            var content = length < 0 ? end - start : length;
            var lineEnd = lineStart + dropped + content + (length < 0 ? 0 : 1);
            yield return Line(buffer.AsMemory(start, content), ++number, lineStart, lineEnd, dropped);
            start += content + (length < 0 ? 0 : 1);
            (lineStart, dropped) = (lineEnd, 0);
            if (length < 0)
            {
                yield break;
            }
        }
    }

    private static Line Line(ReadOnlyMemory<byte> text, long number, long start, long end, long dropped)
    {
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
    public bool IsBlank => Length == Text.Length && Text.Span.IndexOfAnyExcept(" \t\r"u8) < 0;
}
