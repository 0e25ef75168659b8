using System.Text.Json.Serialization;
using OrderFunctions.Bus;

namespace OrderFunctions.Parked;

/// <summary>What a person wants done with parked deliveries.</summary>
public sealed record ParkedRequest(ParkedAction Action, ParkedFilter Filter)
{
    /// <summary>One that was replayed so many times in vain is left out of a replay, unless it is forced.</summary>
    public const int MostReplays = 3;

    /// <summary>How many at most; null: all.</summary>
    public int? Max { get; init; }

    /// <summary>How many a minute at most; null: as fast as it goes.</summary>
    public int? PerMinute { get; init; }

    /// <summary>Whether to replay those as well that were replayed too often in vain.</summary>
    public bool Force { get; init; }

    /// <summary>Of a discard: why, for the ledger.</summary>
    public string? Note { get; init; }

    /// <summary>Those of the filter that are not held back.</summary>
    [JsonIgnore]
    public ParkedFilter Taken =>
        Action == ParkedAction.Replay && !Force ? Filter with { MostReplays = MostReplays - 1 } : Filter;
}

public enum ParkedAction
{
    [JsonStringEnumMemberName("replay")]
    Replay,

    [JsonStringEnumMemberName("discard")]
    Discard,
}

/// <summary>What the filter meets.</summary>
/// <param name="Matched">How many, held back or not.</param>
/// <param name="HeldBack">How many of them were replayed too often in vain.</param>
/// <param name="IsComplete">False: time was up, and there may be more.</param>
/// <param name="UnknownIds">Of the filter's ids those that are not parked any more; empty unless complete.</param>
public sealed record ParkedCount(int Matched, int HeldBack, bool IsComplete, IReadOnlyList<string> UnknownIds);
