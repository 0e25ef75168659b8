using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrderFunctions.Json;

/// <summary>Writes a provider's body field by field; a null value leaves its field out.</summary>
internal static class JsonBody
{
    // Amounts keep their decimals (100.00), names and addresses their letters.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Text(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public static void Number(this Utf8JsonWriter writer, string name, decimal? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    /// <summary>Writes true, or nothing.</summary>
    public static void Mark(this Utf8JsonWriter writer, string name, bool value)
    {
        if (value)
        {
            writer.WriteBoolean(name, true);
        }
    }

    public static void Texts(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    public static void Child(this Utf8JsonWriter writer, string name, Action fields)
    {
        writer.WriteStartObject(name);
        fields();
        writer.WriteEndObject();
    }

    public static void Children<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> fields)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            fields(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
