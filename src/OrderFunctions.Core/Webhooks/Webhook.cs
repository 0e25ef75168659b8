using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Strings;

namespace OrderFunctions.Webhooks;

/// <summary>What a shop platform sent, its signature good.</summary>
/// <param name="Storefront">The platform's name.</param>
/// <param name="Shop">The further shop whose secret signed it; null: the first one.</param>
/// <param name="Source">Which shop it is from, by its own account; no part of what is signed.</param>
/// <param name="Topic">What happened, by its own account.</param>
/// <param name="Body">Null: it had more than a message holds.</param>
public sealed record Webhook(
    string Storefront,
    string? Shop,
    string? Source,
    string? Topic,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte>? Body
)
{
    private const string Field = "webhook";

    /// <summary>Why it could not be mapped, where the body was not kept.</summary>
    public string? Problems { get; init; }

    // The body's own nesting and the two objects around it.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    private static ReadOnlySpan<byte> Start => "{\"webhook\":{"u8;

    /// <summary>Which webhook it was, for a person.</summary>
    public string Words(string? orderId) =>
        $"{Storefront} {Topic ?? "(no topic)"} of {Source ?? "an unnamed shop"}, order {orderId ?? "unknown"}";

    /// <summary>
    /// The message by which a webhook that can't be mapped goes to orders-inbound. There it is mapped once more, is
    /// dead-lettered with the reason, and so is parked as the ERP's messages are; replayed, it is mapped anew.
    /// </summary>
    /// <param name="orderId">The platform's own.</param>
    /// <param name="problems">Why it can't be mapped: kept where the body is not.</param>
    public BusMessage Message(string? orderId, ValidationErrors problems) =>
        WholeMessage(orderId) ?? Message(orderId, Write(orderId, null, $"{problems}"));

    /// <summary>The message by which a webhook goes to orders-inbound; null: it has more than a message holds.</summary>
    public BusMessage? WholeMessage(string? orderId)
    {
        var whole = Write(orderId, Body, null);
        return whole.Length <= OrderEventReader.MostBytes ? Message(orderId, whole) : null;
    }

    private static BusMessage Message(string? orderId, byte[] body) =>
        new(Guid.NewGuid().ToString(), body) { OrderId = orderId?.Shorten(128) };

    /// <summary>The webhook that a message of orders-inbound has in it; null: it is another message.</summary>
    public static Webhook? Read(ReadOnlyMemory<byte> utf8)
    {
        if (!utf8.Span.StartsWith(Start) || !Utf8.IsValid(utf8.Span))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            // Of two fields the last counts, which may be no object.
            if (JsonText.Field(document.RootElement, Field) is not { ValueKind: JsonValueKind.Object } webhook)
            {
                return null;
            }

            return new Webhook(
                Text("storefront") ?? "",
                Text("shop"),
                Text("source"),
                Text("topic"),
                DateTimeOffset.TryParse(Text("receivedAt"), CultureInfo.InvariantCulture, out var time)
                    ? time
                    : default,
                Body()
            )
            {
                Problems = Text("problems"),
            };

            ReadOnlyMemory<byte>? Body() =>
                (JsonText.Field(webhook, "payload")?.GetRawText() ?? Text("text")) is { } body
                    ? Encoding.UTF8.GetBytes(body)
                    : default(ReadOnlyMemory<byte>?);

            string? Text(string name) =>
                JsonText.Field(webhook, name) is { ValueKind: JsonValueKind.String } text ? JsonText.Of(text) : null;
        }
        catch (JsonException)
        {
            // Not of ours: what is wrong with it is told as of any message.
            return null;
        }
    }

    private byte[] Write(string? orderId, ReadOnlyMemory<byte>? body, string? problems)
    {
        using var payload = body is { } utf8 ? JsonInput.Parse(utf8, new ValidationErrors()) : null;
        return JsonBody.Write(json =>
            json.Child(
                Field,
                () =>
                {
                    json.Text("storefront", Storefront);
                    json.Text("shop", Shop);
                    json.Text("source", Source);
                    json.Text("topic", Topic);
                    json.Text("orderId", orderId);
                    json.WriteString("receivedAt", ReceivedAt);
                    json.Text("problems", problems);
                    if (payload is not null)
                    {
                        json.WritePropertyName("payload");
                        json.WriteRawValue(payload.RootElement.GetRawText());
                    }
                    else if (body is { } other)
                    {
                        json.WriteString("text", Encoding.UTF8.GetString(other.Span));
                    }
                }
            )
        );
    }
}
