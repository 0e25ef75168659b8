using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;

namespace OrderFunctions.Journaling.Records;

/// <summary>
/// Bytes as they stand on disk: what is kept for long by Brotli, behind their length, where that makes them shorter; what is
/// over in a moment plain, for packing and unpacking it would take longer than anything else that is done with it.
/// </summary>
internal readonly record struct Packed(ReadOnlyMemory<byte> Bytes, bool IsCompressed)
{
    // An entry names its events again and again: at this quality it takes a third of its length. The next takes twice the
    // time for the same.
    private const int Quality = 1;

    public static Packed Plain(ReadOnlyMemory<byte> bytes) => new(bytes, IsCompressed: false);

    /// <summary>Packs the bytes. Not under the journal's gate: it takes longer than all that is done there.</summary>
    public static Packed Of(ReadOnlyMemory<byte> bytes)
    {
        var rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
        try
        {
            var window = Math.Clamp(BitOperations.Log2((uint)bytes.Length) + 1, 10, 18);
            var isShorter = BrotliEncoder.TryCompress(
                bytes.Span,
                rented.AsSpan(0, Math.Max(0, bytes.Length - sizeof(int))),
                out var length,
                Quality,
                window
            );
            if (!isShorter)
            {
                return Plain(bytes);
            }

            var packed = new byte[sizeof(int) + length];
            BinaryPrimitives.WriteInt32LittleEndian(packed, bytes.Length);
            rented.AsSpan(0, length).CopyTo(packed.AsSpan(sizeof(int)));
            return new Packed(packed, IsCompressed: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <exception cref="InvalidDataException">They are damaged, though their frame's checksum is right.</exception>
    public ReadOnlyMemory<byte> Unpack()
    {
        if (!IsCompressed)
        {
            return Bytes;
        }

        var bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(Bytes.Span)];
        return BrotliDecoder.TryDecompress(Bytes.Span[sizeof(int)..], bytes, out var length) && length == bytes.Length
            ? bytes
            : throw new InvalidDataException("A record of the journal can't be unpacked.");
    }
}
