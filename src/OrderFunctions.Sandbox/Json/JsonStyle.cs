using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderFunctions.Sandbox.Json;

/// <summary>The options of every serializer context here. New ones for each: a context keeps its options to itself.</summary>
internal static class JsonStyle
{
    /// <summary>The control routes and the sandbox's own form of a refusal.</summary>
    public static JsonSerializerOptions CamelCase() => Named(JsonNamingPolicy.CamelCase);

    /// <summary>What the providers answer.</summary>
    public static JsonSerializerOptions SnakeCase() => Named(JsonNamingPolicy.SnakeCaseLower);

    private static JsonSerializerOptions Named(JsonNamingPolicy naming) =>
        new()
        {
            PropertyNamingPolicy = naming,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            // No response is ever put into a page, and the sentences hold quotes.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
}
