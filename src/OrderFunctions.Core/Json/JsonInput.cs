using System.Text.Json;
using System.Text.Unicode;

namespace OrderFunctions.Json;

/// <summary>UTF-8 JSON as it comes in; what is none becomes an error with line and position.</summary>
internal static class JsonInput
{
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8, ValidationErrors errors) =>
        Read(utf8, errors, text => JsonDocument.Parse(text));

    /// <summary>
    /// The items of an array of order events, each as it stands there. No document is made of the whole: one of millions
    /// of items would take ten times the bytes.
    /// </summary>
    /// <param name="most">At most so many items are taken.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? Items(
        ReadOnlyMemory<byte> utf8,
        int most,
        ValidationErrors errors
    )
    {
        var isArray = false;
        var count = 0;
        var items = Read(
            utf8,
            errors,
            text =>
            {
                var items = new List<ReadOnlyMemory<byte>>();
                var reader = new Utf8JsonReader(text.Span);
                reader.Read();
                isArray = reader.TokenType == JsonTokenType.StartArray;
                while (isArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    if (++count <= most)
                    {
                        items.Add(text[start..(int)reader.BytesConsumed]);
                    }
                }

                // To the end: what comes behind may be no JSON.
                while (reader.Read()) { }
                return items;
            }
        );
        if (items is null)
        {
            return null;
        }

        if (!isArray)
        {
            errors.Add("$", "must be an array of order events");
            return null;
        }

        if (count == 0 || count > most)
        {
            errors.Add("$", $"has {count} order events; a batch has 1 to {most}");
            return null;
        }

        return items;
    }

    private static T? Read<T>(ReadOnlyMemory<byte> utf8, ValidationErrors errors, Func<ReadOnlyMemory<byte>, T> read)
        where T : class
    {
        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            errors.Add("$", "is not UTF-8");
            return null;
        }

        try
        {
            return read(utf8);
        }
        catch (JsonException error)
        {
            errors.Add("$", $"is not JSON: line {error.LineNumber + 1}, position {error.BytePositionInLine + 1}");
            return null;
        }
    }
}
