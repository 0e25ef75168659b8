using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderFunctions.Import;

/// <summary>The importer's own files, a line each, and the answers it reads.</summary>
internal static class ImportJson
{
    public static ImportJsonContext Default { get; } =
        new(
            new JsonSerializerOptions(ImportJsonContext.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(RefusedLine))]
[JsonSerializable(typeof(BatchAccepted))]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(OrderDeliveries))]
internal sealed partial class ImportJsonContext : JsonSerializerContext;
