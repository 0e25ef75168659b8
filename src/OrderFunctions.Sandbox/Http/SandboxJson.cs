using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrderFunctions.Sandbox.AvantLink;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Sandbox.Http;

[JsonSerializable(typeof(Refusal))]
[JsonSerializable(typeof(Behaviour))]
[JsonSerializable(typeof(IReadOnlyList<ReceivedRequest>))]
[JsonSerializable(typeof(DuelResponse))]
[JsonSerializable(typeof(AvantLinkSuccess))]
[JsonSerializable(typeof(AvantLinkError))]
[JsonSerializable(typeof(RetrackResponse))]
internal sealed partial class SandboxJson : JsonSerializerContext
{
    /// <summary>The control routes and our own form of refusal.</summary>
    public static readonly SandboxJson Camel = new(Named(JsonNamingPolicy.CamelCase));

    /// <summary>What the providers answer.</summary>
    public static readonly SandboxJson Snake = new(Named(JsonNamingPolicy.SnakeCaseLower));

    private static JsonSerializerOptions Named(JsonNamingPolicy naming) =>
        new()
        {
            PropertyNamingPolicy = naming,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            // No answer is ever put into a page, and the sentences hold quotes.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
}
