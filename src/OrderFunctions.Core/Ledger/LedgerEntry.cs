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

    /// <summary>The newest event that could not be told for want of what only an earlier one may have.</summary>
    [JsonPropertyName("lacking")]
    public OrderVersion? Incomplete { get; init; }

    /// <summary>Whether the provider was ever told of the order.</summary>
    [JsonPropertyName("told")]
    public bool Delivered { get; init; }

    /// <summary>The provider's own id for the order.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether a request may have reached the provider without our seeing its answer.</summary>
    [JsonPropertyName("uncertain")]
    public bool MayHaveArrived { get; init; }

    public Claim? Claim { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>The version that compare-and-set compares; null: not saved yet.</summary>
    public string? ETag { get; init; }

    public LedgerEntry WithAttempts(IReadOnlyCollection<Attempt> attempts) =>
        attempts.Count == 0 ? this : this with { Attempts = [.. Attempts.Concat(attempts).TakeLast(MostAttempts)] };
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
}

/// <summary>One HTTP call of a delivery, with its answer.</summary>
/// <param name="Number">Which of the delivery's attempts, from 1; a look-up has the number of the attempt it prepares.</param>
/// <param name="Of">The most attempts that the delivery may have.</param>
/// <param name="Outcome">delivered, found, retry, rejected or credentialRefused.</param>
/// <param name="StatusCode">Null where no answer came.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Detail">What the call was for and the provider's words, secrets and personal data masked.</param>
public sealed record Attempt(
    DateTimeOffset At,
    int Number,
    int Of,
    string Outcome,
    int? StatusCode,
    long DurationMs,
    string? Detail
);

/// <summary>A worker's word that it alone tells this provider of this order until then.</summary>
public sealed record Claim(Guid Holder, DateTimeOffset Until);
