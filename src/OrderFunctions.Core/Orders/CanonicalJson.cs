using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderFunctions.Orders;

/// <summary>
/// The one form in which an order event travels on the bus: fields in a fixed order, defaults written out,
/// absent values left out, amounts without trailing zeros. The same statement always has the same bytes, however
/// the shop spelled it.
/// </summary>
public static class CanonicalJson
{
    private static readonly OrderEventJsonContext Json = new(
        new JsonSerializerOptions(OrderEventJsonContext.Default.Options)
        {
            // The bus carries UTF-8; escaping what HTML would mind only makes the message larger.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static byte[] Write(OrderEvent orderEvent) =>
        JsonSerializer.SerializeToUtf8Bytes(orderEvent, Json.OrderEvent);

    /// <summary>A click, as it travels on the bus.</summary>
    public static byte[] Write(Click click) => JsonSerializer.SerializeToUtf8Bytes(click.Visit, Json.Attribution);

    /// <summary>
    /// SHA-256 of the canonical event without its id: 64 lower-case hex digits. An attribution that is left out counts as
    /// an empty one here, as it did before the two meant different things: no event's id may change.
    /// </summary>
    public static string EventId(OrderEvent orderEvent)
    {
        var hashed = orderEvent with { EventId = "", Attribution = orderEvent.Attribution ?? Attribution.None };
        return Convert.ToHexStringLower(SHA256.HashData(Write(hashed)));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(OrderEvent))]
internal sealed partial class OrderEventJsonContext : JsonSerializerContext;
