using System.Text;
using System.Text.Json;

namespace OrderFunctions.Bus;

/// <summary>
/// What an order comes to, read off its event without the rest: a person asks how much money a hundred thousand parked
/// deliveries touch.
/// </summary>
internal static class StatedTotal
{
    /// <summary>No order's total is larger, so that sums hold: what the ERP sent may be no order at all.</summary>
    private const decimal Largest = 999_999_999_999m;

    /// <returns>Null where the body states no total with its currency.</returns>
    public static (decimal Amount, string Currency)? Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            return reader.Read() && MoveToOrder(ref reader) ? ReadOrder(ref reader) : null;
        }
        // A name such as "\ud800" is well-formed JSON, but .NET throws on reading it: what the ERP sent may be anything.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool MoveToOrder(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOrder = reader.ValueTextEquals("order"u8);
            reader.Read();
            if (isOrder)
            {
                return reader.TokenType == JsonTokenType.StartObject;
            }

            reader.Skip();
        }

        return false;
    }

    private static (decimal, string)? ReadOrder(ref Utf8JsonReader reader)
    {
        decimal? amount = null;
        string? currency = null;
        while ((amount is null || currency is null) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isTotal, isCurrency) = (reader.ValueTextEquals("total"u8), reader.ValueTextEquals("currency"u8));
            reader.Read();
            if (isTotal && reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var total))
            {
                amount = total;
            }
            else if (isCurrency && IsCode(reader))
            {
                currency = Encoding.ASCII.GetString(reader.ValueSpan);
            }
            else
            {
                reader.Skip();
            }
        }

        return amount is { } stated && Math.Abs(stated) <= Largest && currency is not null ? (stated, currency) : null;
    }

    private static bool IsCode(Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String
        && reader.ValueSpan.Length == 3
        && !reader.ValueSpan.ContainsAnyExceptInRange((byte)'A', (byte)'Z');
}
