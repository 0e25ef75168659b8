using System.Buffers;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace OrderFunctions.Journaling.Files;

/// <summary>One file of the journal. Its offsets are the journal's gate's to guard.</summary>
internal sealed class Segment(string folder, int number)
{
    public const string Extension = ".journal";

    private const int PartBytes = 1024 * 1024;

    /// <summary>The first bytes of each file; the last of them is the format's version.</summary>
    public static ReadOnlySpan<byte> Magic => "OFJRNL\n1"u8;

    public int Number => number;

    public string Path { get; } =
        System.IO.Path.Combine(folder, number.ToString("D10", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Null until something is written to it.</summary>
    public SafeFileHandle? File { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Of one that is started: where the segment before it ends.</summary>
    public int PreviousEnd { get; init; }

    /// <summary>Where the next frame goes.</summary>
    public int End { get; set; }

    /// <summary>Up to here all is on disk for good.</summary>
    public int Flushed { get; set; }

    /// <summary>Whether a write failed, so that there may be bytes behind <see cref="Flushed"/> that do not count.</summary>
    public bool IsTorn { get; set; }

    /// <exception cref="ObjectDisposedException">The segment was deleted in the meantime.</exception>
    public void Read(Span<byte> bytes, int offset)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(File!, bytes, offset);
            if (read == 0)
            {
                throw new IOException($"{Path} ends before offset {offset + bytes.Length}.");
            }

            offset += read;
            bytes = bytes[read..];
        }
    }

    /// <summary>The data of one frame.</summary>
    /// <exception cref="IOException">It is damaged: the file was changed while it was ours.</exception>
    /// <exception cref="ObjectDisposedException">The segment was deleted in the meantime.</exception>
    public ReadOnlyMemory<byte> ReadData(Location location)
    {
        var bytes = new byte[location.Length];
        Read(bytes, location.Offset);
        return Frame.Read(bytes, number, location.Offset) is not null
            ? bytes.AsMemory(Frame.DataOffset)
            : throw Damaged(location.Offset);
    }

    /// <summary>Every frame of a segment that is full and flushed. Its data are valid until the next one is asked for.</summary>
    /// <inheritdoc cref="ReadData"/>
    public IEnumerable<(Frame Frame, ReadOnlyMemory<byte> Data)> ReadAll()
    {
        var end = Magic.Length;
        foreach (var (frame, data) in ReadValid(Flushed))
        {
            yield return (frame, data);
            end = frame.Location.End;
        }

        if (end < Flushed)
        {
            throw Damaged(end);
        }
    }

    /// <summary>
    /// The frames behind the magic, each where the one before it ends, up to the first bytes that are none. Read a part at
    /// a time; the data are valid until the next one is asked for.
    /// </summary>
    /// <param name="length">No byte of the file is looked at from there on.</param>
    /// <exception cref="ObjectDisposedException">The segment was deleted in the meantime.</exception>
    public IEnumerable<(Frame Frame, ReadOnlyMemory<byte> Data)> ReadValid(int length)
    {
        var part = ArrayPool<byte>.Shared.Rent(PartBytes);
        try
        {
            // The part of the file that is in memory.
            var (start, end) = (Magic.Length, Magic.Length);
            for (var offset = Magic.Length; offset < length; )
            {
                if (Frame.Read(part.AsSpan(offset - start, end - offset), number, offset) is { } frame)
                {
                    yield return (frame, frame.DataIn(part.AsMemory(offset - start)));
                    offset = frame.Location.End;
                    continue;
                }

                if (end == length)
                {
                    yield break;
                }

                if (end - start == part.Length && offset == start)
                {
                    // It is larger than what was read, or damaged.
                    ArrayPool<byte>.Shared.Return(part);
                    part = ArrayPool<byte>.Shared.Rent(2 * part.Length);
                }

                (start, end) = (offset, Math.Min(length, offset + part.Length));
                Read(part.AsSpan(0, end - start), start);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    public static int? NumberOf(string path) =>
        int.TryParse(
            System.IO.Path.GetFileNameWithoutExtension(path),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    private IOException Damaged(int offset) => new($"{Path} is damaged at offset {offset}.");
}
