using System.Runtime.InteropServices;

namespace OrderFunctions.Journaling.Records;

internal static class RecordReader
{
    public static BinaryReader Of(ReadOnlyMemory<byte> data)
    {
        MemoryMarshal.TryGetArray(data, out var array);
        return new BinaryReader(new MemoryStream(array.Array!, array.Offset, array.Count, writable: false));
    }

    public static DateTimeOffset ReadTime(this BinaryReader reader) => new(reader.ReadInt64(), TimeSpan.Zero);

    public static void WriteTime(this BinaryWriter writer, DateTimeOffset time) => writer.Write(time.UtcTicks);

    public static UInt128 ReadKey(this BinaryReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());

    public static void WriteKey(this BinaryWriter writer, UInt128 key)
    {
        writer.Write((ulong)(key >> 64));
        writer.Write((ulong)key);
    }

    /// <summary>An empty text is read as none.</summary>
    public static string? ReadText(this BinaryReader reader) =>
        reader.ReadString() is { Length: > 0 } text ? text : null;

    public static void WriteText(this BinaryWriter writer, string? text) => writer.Write(text ?? "");

    /// <summary>What the reader has not read yet, not copied.</summary>
    public static ReadOnlyMemory<byte> RestOf(this BinaryReader reader, ReadOnlyMemory<byte> data) =>
        data[(int)reader.BaseStream.Position..];
}
