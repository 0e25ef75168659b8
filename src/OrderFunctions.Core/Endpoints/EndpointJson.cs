using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrderFunctions.Operations;
using OrderFunctions.Parked;
using OrderFunctions.Preview;

namespace OrderFunctions.Endpoints;

/// <summary>How answers are written: for people, so letters stay as they are (no answer is put into HTML unescaped).</summary>
public static class EndpointJson
{
    internal static EndpointJsonContext Default { get; } =
        new(
            new JsonSerializerOptions(EndpointJsonContext.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );

    /// <summary>The answer of POST /api/orders/preview, for who asks without a route.</summary>
    public static string Write(OrderPreview preview) => JsonSerializer.Serialize(preview, Default.OrderPreview);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(AcceptedResponse))]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(OrderResponse))]
[JsonSerializable(typeof(ClickResponse))]
[JsonSerializable(typeof(GalleryResponse))]
[JsonSerializable(typeof(ParkedResponse))]
[JsonSerializable(typeof(ParkedSummary))]
[JsonSerializable(typeof(ParkedActionResponse))]
[JsonSerializable(typeof(ParkedJobsResponse))]
[JsonSerializable(typeof(OrderPreview))]
[JsonSerializable(typeof(ReturnsResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(OverviewResult))]
internal sealed partial class EndpointJsonContext : JsonSerializerContext;
