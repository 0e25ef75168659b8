using System.Buffers;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace OrderFunctions.Journaling.Files;

/// <summary>One file of the journal. Its offsets are the journal's gate's to guard.</summary>
internal sealed class Segment(string folder, int number)
{
    public const string Extension = ".journal";

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

    /// <summary>Reads the first <paramref name="length"/> bytes into a rented array.</summary>
    public byte[] Rent(int length)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        Read(bytes.AsSpan(0, length), 0);
        return bytes;
    }

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
        var length = Flushed;
        var bytes = Rent(length);
        try
        {
            for (var offset = Magic.Length; offset < length; )
            {
                var frame = FrameAt(bytes.AsSpan(0, length), offset);
                yield return (frame, frame.DataIn(bytes));
                offset += frame.Location.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <exception cref="IOException">There is none: the file was changed while it was ours.</exception>
    public Frame FrameAt(ReadOnlySpan<byte> bytes, int offset) =>
        Frame.Read(bytes[offset..], number, offset) ?? throw Damaged(offset);

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
