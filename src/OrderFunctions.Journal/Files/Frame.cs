using System.Buffers.Binary;
using System.Numerics;
using OrderFunctions.Journaling.Records;

namespace OrderFunctions.Journaling.Files;

/// <summary>
/// The unit of the journal: a header of 12 bytes (little-endian: CRC-32C; payload length, its top bit set where the
/// next frame belongs to the same change; offset at which its batch begins), then the payload: a record. The checksum covers
/// all behind it and the place where it stands, so that a frame is valid there only. docs/journal.md says why.
/// </summary>
internal readonly record struct Frame(Location Location, RecordKind Kind, int Batch, bool HasMore)
{
    public const int HeaderLength = 12;

    /// <summary>The payload is the record's kind, then its data from here.</summary>
    public const int DataOffset = HeaderLength + 1;

    private const uint MoreBit = 0x8000_0000;

    /// <summary>Writes the header of a frame whose payload stands already behind it.</summary>
    public static void Seal(Span<byte> frame, int segment, int offset, int batch, bool hasMore)
    {
        var length = (uint)(frame.Length - HeaderLength) | (hasMore ? MoreBit : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[8..], batch);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Checksum(frame[4..], segment, offset));
    }

    /// <summary>The frame that begins with the first byte; null where none does that is valid at this offset.</summary>
    public static Frame? Read(ReadOnlySpan<byte> bytes, int segment, int offset)
    {
        if (bytes.Length <= HeaderLength)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        var whole = HeaderLength + (long)(length & ~MoreBit);
        var batch = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (whole <= HeaderLength || whole > bytes.Length || batch < 0 || batch > offset)
        {
            return null;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Checksum(bytes[4..(int)whole], segment, offset)
            ? new Frame(
                new Location(segment, offset, (int)whole),
                (RecordKind)bytes[HeaderLength],
                batch,
                (length & MoreBit) != 0
            )
            : null;
    }

    /// <summary>Its data, in bytes that begin with the frame.</summary>
    public ReadOnlyMemory<byte> DataIn(ReadOnlyMemory<byte> bytes) => bytes[DataOffset..Location.Length];

    private static uint Checksum(ReadOnlySpan<byte> bytes, int segment, int offset)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, ((ulong)(uint)segment << 32) | (uint)offset);
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var single in bytes)
        {
            crc = BitOperations.Crc32C(crc, single);
        }

        return ~crc;
    }
}

/// <summary>Where a frame stands in the journal.</summary>
/// <param name="Length">In bytes, with its header.</param>
internal readonly record struct Location(int Segment, int Offset, int Length)
{
    /// <summary>The offset behind it.</summary>
    public int End => Offset + Length;
}
