using System.Globalization;
using System.Text.Json.Serialization;

namespace OrderFunctions.Bus;

/// <summary>A delivery that waits for a person.</summary>
/// <param name="Id">Its place among what is parked: the greater, the later.</param>
/// <param name="Provider">Null for a message of the ERP's that is no order event; so are the ids.</param>
/// <param name="OrderId">Null for a click, too.</param>
/// <param name="Attempts">Those since it was sent or replayed.</param>
public sealed record ParkedDelivery(
    string Id,
    string? Provider,
    string? OrderId,
    string? EventId,
    string Reason,
    string Description,
    int Attempts,
    DateTimeOffset ParkedAt
)
{
    /// <summary>In the answer of GET /api/parked only where it is no order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public MessageKind Kind { get; init; }

    /// <summary>How many times a person sent it back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Replays { get; init; }

    /// <summary>What the customer pays, as the event states it; null where it states none.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The amount's, ISO 4217.</summary>
    public string? Currency { get; init; }

    /// <summary>The id as a number.</summary>
    [JsonIgnore]
    public long Place => long.Parse(Id, CultureInfo.InvariantCulture);

    /// <param name="place">Among what is parked.</param>
    /// <param name="reason">The broker's word where it parked the message itself.</param>
    public static ParkedDelivery Of(
        long place,
        ReceivedMessage received,
        string reason,
        string description,
        DateTimeOffset parkedAt
    )
    {
        var message = received.Message;
        var total = message.Kind == MessageKind.Order ? StatedTotal.Read(message.Body.Span) : null;
        return new ParkedDelivery(
            place.ToString(CultureInfo.InvariantCulture),
            message.Provider,
            message.OrderId,
            message.EventId,
            reason,
            description,
            received.DeadLetter?.Attempts ?? message.Attempts,
            parkedAt
        )
        {
            Kind = message.Kind,
            Replays = message.Replays,
            Amount = total?.Amount,
            Currency = total?.Currency,
        };
    }
}

/// <summary>Which parked deliveries are meant; null: any. The provider and the reason are read without regard to case.</summary>
public sealed record ParkedFilter(string? Provider = null, string? OrderId = null, string? Reason = null)
{
    /// <summary>Parked then or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Parked before.</summary>
    public DateTimeOffset? Until { get; init; }

    public HashSet<string>? Ids { get; init; }

    /// <summary>Replayed at most so many times; null: however often.</summary>
    public int? MostReplays { get; init; }

    public bool Matches(ParkedDelivery parked) =>
        (Provider is null || string.Equals(Provider, parked.Provider, StringComparison.OrdinalIgnoreCase))
        && (OrderId is null || string.Equals(OrderId, parked.OrderId, StringComparison.Ordinal))
        && (Reason is null || string.Equals(Reason, parked.Reason, StringComparison.OrdinalIgnoreCase))
        && (Since is null || parked.ParkedAt >= Since)
        && (Until is null || parked.ParkedAt < Until)
        && (Ids is null || Ids.Contains(parked.Id))
        && (MostReplays is null || parked.Replays <= MostReplays);
}

/// <param name="Next">Where to go on; null on the last page.</param>
public sealed record ParkedPage(IReadOnlyList<ParkedDelivery> Items, long? Next);

/// <summary>How a parked delivery was dealt with.</summary>
/// <param name="GoesBack">What is put on the queue that it came from; null: nothing is.</param>
/// <param name="OnTaken">Called once it is taken away for good.</param>
public sealed record HandledParked(BusMessage? GoesBack, Action OnTaken);

/// <summary>Which parked deliveries are to be taken away in one go, and how many.</summary>
/// <param name="UpTo">The place of the last that is meant: one that fails at once would come round again and again.</param>
public sealed record ParkedTake(ParkedFilter Filter, long UpTo)
{
    /// <summary>Where the take before ended; 0: from the start.</summary>
    public long After { get; init; }

    public int Most { get; init; } = int.MaxValue;

    /// <summary>When to stop, about: what was begun is brought to its end.</summary>
    public TimeSpan AtMost { get; init; } = TimeSpan.MaxValue;

    public bool Matches(ParkedDelivery parked) =>
        parked.Place > After && parked.Place <= UpTo && Filter.Matches(parked);
}
