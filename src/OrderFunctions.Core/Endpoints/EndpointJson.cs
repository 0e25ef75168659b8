using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderFunctions.Endpoints;

/// <summary>How answers are written: for people, so letters stay as they are (no answer is put into HTML unescaped).</summary>
internal static class EndpointJson
{
    public static EndpointJsonContext Default { get; } =
        new(
            new JsonSerializerOptions(EndpointJsonContext.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
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
[JsonSerializable(typeof(ParkedResponse))]
[JsonSerializable(typeof(ReplayResponse))]
[JsonSerializable(typeof(PreviewResponse))]
[JsonSerializable(typeof(HealthResponse))]
internal sealed partial class EndpointJsonContext : JsonSerializerContext;
