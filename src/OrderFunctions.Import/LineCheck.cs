using System.Text.Json;
using System.Text.Unicode;
using OrderFunctions.Orders;

namespace OrderFunctions.Import;

/// <summary>Finds the lines that would spoil the whole batch they stand in; all else is for the server to judge.</summary>
internal static class LineCheck
{
    // One less than the server takes: in a batch, a line stands one deeper.
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 63 };

    /// <returns>What is wrong with the line; null: it can be sent.</returns>
    public static string? Problem(Line line)
    {
        if (line.Length > OrderEventReader.MostBytes)
        {
            return $"has {line.Length} bytes; an order event has at most {OrderEventReader.MostBytes}";
        }

        if (!Utf8.IsValid(line.Text.Span))
        {
            return "is not UTF-8";
        }

        try
        {
            var reader = new Utf8JsonReader(line.Text.Span, Strict);
            while (reader.Read()) { }

            return null;
        }
        catch (JsonException error)
        {
            return $"is not JSON: position {error.BytePositionInLine + 1}";
        }
    }
}
