using System.Text.Json.Serialization;

namespace OrderFunctions.Bus;

/// <summary>What travels on the bus. Everything but the body is a property that fits Service Bus.</summary>
/// <param name="Id">Unique per message, at most 128 characters: on the topic made of order id and event id (duplicates are dropped by it), another for each copy.</param>
/// <param name="Body">A canonical order event, a click, or whatever the ERP sent.</param>
public sealed record BusMessage(string Id, ReadOnlyMemory<byte> Body)
{
    public MessageKind Kind { get; init; }

    /// <summary>Of a click: the id that it was given when it was accepted.</summary>
    public string? EventId { get; init; }

    public string? OrderId { get; init; }

    /// <summary>Whose queue a copy belongs on; null on the topic and for the ERP's messages.</summary>
    public string? Provider { get; init; }

    /// <summary>On the topic: the providers whose queues take it, every one that there is. On Service Bus, the topic's subscriptions know them.</summary>
    public IReadOnlyList<string> Providers { get; init; } = [];

    /// <summary>When intake accepted the event; null for the ERP's messages, and for those sent before there was this property.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>How many scheduled retries the delivery has had.</summary>
    public int Retries { get; init; }

    /// <summary>How many attempts the delivery has had since it was sent or replayed.</summary>
    public int Attempts { get; init; }

    /// <summary>
    /// How many waits in a row the delivery has had because nobody could be called, the one it is in included: the next is
    /// longer. 0: it waits for nothing, or for a time that is known.
    /// </summary>
    public int Waits { get; init; }

    /// <summary>How many times a person sent it back after it was parked.</summary>
    public int Replays { get; init; }

    /// <summary>A person's word that providers are to be told of it anew; null: they are told what is news to them.</summary>
    public AskedAgain? AskedAgain { get; init; }

    /// <summary>W3C trace parent of the span that sent the event, so that a trace goes on across the bus.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace parent of the delivery's last turn, which the next one links to; null: there was none.</summary>
    public string? LastTurn { get; init; }

    /// <summary>The message as a person sends it back: another one, with a fresh attempt budget.</summary>
    public BusMessage Replay() =>
        this with
        {
            Id = Guid.NewGuid().ToString(),
            Retries = 0,
            Attempts = 0,
            Waits = 0,
            Replays = Replays + 1,
        };
}

/// <summary>What a message is about.</summary>
public enum MessageKind
{
    [JsonStringEnumMemberName("order")]
    Order,

    /// <summary>A visitor who came by an affiliate's link, before there is an order.</summary>
    [JsonStringEnumMemberName("click")]
    Click,

    /// <summary>On orders-retry, from ourselves: the next slice of a replay or discard.</summary>
    [JsonStringEnumMemberName("job")]
    Job,
}
