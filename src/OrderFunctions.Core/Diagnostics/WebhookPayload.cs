using System.Text.Json.Serialization;

namespace OrderFunctions.Diagnostics;

/// <summary>What the operator webhook's body says.</summary>
/// <param name="Timestamp">When the last of the events happened.</param>
/// <param name="Text">For a person. It stands at the top, where chats look for it.</param>
internal sealed record WebhookPayload(string Type, DateTimeOffset Timestamp, string Text, WebhookData Data)
{
    public static WebhookPayload Of(PendingEvent pending)
    {
        var raised = pending.Event;
        var others = pending.Count > 1 ? $" (the last of {pending.Count})" : "";
        // Chats read <...> as a mention or a link, and an order's id can be anything.
        var text = $"{raised.Type} {raised.Text}{others}".Replace('<', '‹').Replace('>', '›');
        return new WebhookPayload(
            raised.Type,
            pending.At,
            text,
            new WebhookData(raised.Provider, raised.OrderId, pending.Count)
        );
    }
}

/// <param name="OrderId">Of the last of the events.</param>
/// <param name="Count">How many equal events it stands for.</param>
internal sealed record WebhookData(string? Provider, string? OrderId, int Count);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(WebhookPayload))]
internal sealed partial class OperatorEventJson : JsonSerializerContext;
