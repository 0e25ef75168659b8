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

    /// <summary>Events that are no newer than this one need no telling any more.</summary>
    public OrderVersion? Settled { get; init; }

    /// <summary>The newest event that a worker set out to tell: the provider may have it before it is settled.</summary>
    public OrderVersion? Begun { get; init; }

    /// <summary>Whether an older event was under way when <see cref="Begun"/> was begun: the provider may have either.</summary>
    public bool Overtook { get; init; }

    /// <summary>The newest event that could not be told for want of what only an earlier one may have.</summary>
    public OrderVersion? Lacking { get; init; }

    /// <summary>Whether the provider was ever told of the order.</summary>
    public bool Told { get; init; }

    /// <summary>The provider's own id for the order.</summary>
    public string? Reference { get; init; }

    /// <summary>Whether a call may have reached the provider without our seeing its answer.</summary>
    public bool Uncertain { get; init; }

    public Claim? Claim { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>The version that compare-and-set compares; null: not saved yet.</summary>
    public string? ETag { get; init; }

    /// <summary>Whether an event of this version needs no telling any more.</summary>
    public bool HasSettled(OrderVersion version) => Settled is not null && !version.IsNewerThan(Settled);

    /// <summary>Whether another event than this may have reached the provider and is not settled.</summary>
    public bool OwesOther(OrderVersion version) =>
        Begun is not null && !HasSettled(Begun) && (Overtook || Begun != version);

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
/// <param name="Number">Which try of the delivery's budget it belongs to, from 1; a look-up shares its try's number.</param>
/// <param name="Of">The tries of the whole budget.</param>
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
