using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderFunctions.Endpoints;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(AcceptedAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(ParkedAnswer))]
[JsonSerializable(typeof(ReplayAnswer))]
[JsonSerializable(typeof(PreviewAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
internal sealed partial class EndpointJson : JsonSerializerContext
{
    /// <summary>For people: letters stay as they are, since no answer is ever put into HTML unescaped.</summary>
    public static EndpointJson Readable { get; } =
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
