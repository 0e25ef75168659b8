using System.Text.Json.Serialization;
using OrderFunctions.Orders;

namespace OrderFunctions.Ledger;

/// <summary>What is on record for one order at one provider.</summary>
/// <param name="Version">The newest event taken up; <see cref="State"/>, <see cref="Reason"/> and <see cref="NextAttemptAt"/> are its.</param>
public sealed record LedgerEntry(string OrderId, string Provider, OrderVersion Version, DeliveryState State)
{
    /// <summary>The most attempts kept; older ones are dropped, so that an entry fits a table's row.</summary>
    public const int MostAttempts = 50;

    public string? Reason { get; init; }

    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The newest event that needs no telling any more; no older one does either.</summary>
    [JsonPropertyName("settled")]
    public OrderVersion? Concluded { get; init; }

    /// <summary>The newest event that a worker set out to tell: the provider may have it before it is concluded.</summary>
    [JsonPropertyName("begun")]
    public OrderVersion? Started { get; init; }

    /// <summary>Whether another event was under way when <see cref="Started"/> was started: the provider may have either.</summary>
    [JsonPropertyName("overtook")]
    public bool StartedOverAnother { get; init; }

    /// <summary>The first event that the provider's rules were asked about; null: none since this was recorded.</summary>
    public OrderVersion? First { get; init; }

    /// <summary>What the order's events have said, as far as this provider gets it.</summary>
    public OrderMemory? Memory { get; init; }

    /// <summary>The newest event while it lacks what another event may bring.</summary>
    public IncompleteEvent? Incomplete { get; init; }

    /// <summary>Since when it remembers what expires: <see cref="Memory"/> or <see cref="Incomplete"/>; null: nothing.</summary>
    [JsonIgnore]
    public DateTimeOffset? RemembersSince => Memory is { IsPersonal: true } ? Memory.ChangedAt : Incomplete?.AcceptedAt;

    /// <summary>What the provider was told last.</summary>
    public ToldOrder? ToldLast { get; init; }

    /// <summary>What is left of the order's goods, where the provider was told of more and can't be told that they came back.</summary>
    public ToldGoods? Left { get; init; }

    /// <summary>When the order came to be so, in UTC; with <see cref="Left"/>.</summary>
    public DateTimeOffset? LeftAt { get; init; }

    /// <summary>The goods that were left when what came back was last given to a person to tell the provider of; null: never.</summary>
    public ToldGoods? Returned { get; init; }

    /// <summary>Whether the provider was ever told of the order.</summary>
    [JsonPropertyName("told")]
    public bool Delivered { get; init; }

    /// <summary>The provider's own id for the order.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether a request may have reached the provider without our seeing its answer.</summary>
    [JsonPropertyName("uncertain")]
    public bool MayHaveArrived { get; init; }

    /// <summary>When a person last asked to tell the provider anew; null: nobody did.</summary>
    public AskedAgainRecord? AskedAgain { get; init; }

    public Claim? Claim { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>The version that compare-and-set compares; null: not saved yet.</summary>
    public string? ETag { get; init; }

    /// <summary>The record without what expires.</summary>
    public LedgerEntry Forget() => this with { Memory = Memory?.Forget(), Incomplete = null };

    public LedgerEntry WithAttempts(IReadOnlyCollection<Attempt> attempts) =>
        attempts.Count == 0 ? this : this with { Attempts = [.. Attempts.Concat(attempts).TakeLast(MostAttempts)] };
}

/// <summary>An event that is kept until it can be told whole. What the memory has of it is not in it.</summary>
public sealed record IncompleteEvent(OrderEvent Event, DateTimeOffset? AcceptedAt)
{
    [JsonIgnore]
    public OrderVersion Version => (Event with { AcceptedAt = AcceptedAt }).Version;
}

/// <summary>How the newest event of an order stands at one provider.</summary>
public enum DeliveryState
{
    [JsonStringEnumMemberName("retrying")]
    Retrying,

    [JsonStringEnumMemberName("delivered")]
    Delivered,

    [JsonStringEnumMemberName("skipped")]
    Skipped,

    [JsonStringEnumMemberName("parked")]
    Parked,

    /// <summary>A person closed it: nothing tells that event any more.</summary>
    [JsonStringEnumMemberName("discarded")]
    Discarded,
}

/// <summary>One HTTP call of a delivery, with its answer.</summary>
/// <param name="EventId">The event that it was to tell; null: made before this was recorded.</param>
/// <param name="Purpose">What it was for, in a word: create, update, reject, look-up, ...; null: made before this was recorded.</param>
/// <param name="Number">Which of the delivery's attempts, from 1; a look-up has the number of the attempt it prepares.</param>
/// <param name="Of">The most attempts that the delivery may have.</param>
/// <param name="Outcome">delivered, found, retry, rejected or credentialRefused.</param>
/// <param name="StatusCode">Null where no answer came.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Detail">What a person should know of the request, and the provider's words, secrets and personal data masked.</param>
public sealed record Attempt(
    DateTimeOffset At,
    string? EventId,
    string? Purpose,
    int Number,
    int Of,
    string Outcome,
    int? StatusCode,
    long DurationMs,
    string? Detail
)
{
    /// <summary>For a person: what it was for, and the detail.</summary>
    [JsonIgnore]
    public string Sentence => string.Join("; ", new[] { Purpose, Detail }.OfType<string>());
}

/// <summary>A worker's word that it alone tells this provider of this order until then.</summary>
public sealed record Claim(Guid Holder, DateTimeOffset Until);

/// <param name="By">Who asked, by their own account; null: they did not say.</param>
public sealed record AskedAgainRecord(DateTimeOffset At, string? By);
