using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>
/// How one order goes forward at one provider: the ledger's entry before a delivery's step, and after it. Pure.
/// docs/delivery.md has it as a picture and a table.
/// </summary>
public static class OrderProgress
{
    /// <summary>Whether an event of this version needs no telling any more.</summary>
    public static bool HasConcluded(this LedgerEntry? entry, OrderVersion version) =>
        entry?.Concluded is { } concluded && !version.IsNewerThan(concluded);

    /// <summary>Whether another event than this was started and is not concluded: the provider may have it.</summary>
    public static bool HasOtherUnderWay(this LedgerEntry? entry, OrderVersion version) =>
        entry is { Started: { } started }
        && !entry.HasConcluded(started)
        && (entry.StartedOverAnother || started != version);

    /// <summary>A worker has set out to tell an event.</summary>
    /// <param name="standsAlone">Whether older events needn't be told any more.</param>
    public static LedgerEntry Start(
        LedgerEntry? found,
        OrderEvent orderEvent,
        string provider,
        Claim claim,
        bool standsAlone
    )
    {
        var entry = TakeUp(found, orderEvent, provider) with { Claim = claim };
        return standsAlone
            ? entry with
            {
                Started = Newer(entry.Started, orderEvent.Version),
                StartedOverAnother = entry.HasOtherUnderWay(orderEvent.Version),
            }
            : entry;
    }

    /// <summary>The worker's attempts are over. Another's claim, that took over when this one had run out, stays.</summary>
    public static LedgerEntry Learn(
        LedgerEntry? found,
        OrderEvent orderEvent,
        string provider,
        Claim claim,
        PriorState learned,
        IReadOnlyCollection<Attempt> attempts
    )
    {
        var entry = TakeUp(found, orderEvent, provider);
        var isOurs = entry.Claim?.Holder == claim.Holder;
        return entry.WithAttempts(attempts) with
        {
            Claim = isOurs ? null : entry.Claim,
            Reference = learned.Reference ?? entry.Reference,
            MayHaveArrived = learned.MayHaveArrived || (!isOurs && entry.MayHaveArrived),
        };
    }

    /// <summary>A delivery has come to an outcome. What is concluded already stays so: another worker was quicker.</summary>
    /// <param name="deadLetter">Of a Retry or a Rejected; null otherwise.</param>
    public static LedgerEntry Conclude(
        LedgerEntry? found,
        OrderEvent orderEvent,
        string provider,
        Outcome outcome,
        DeadLetter? deadLetter
    )
    {
        var version = orderEvent.Version;
        if (found is not null && found.HasConcluded(version) && outcome is not Outcome.Delivered)
        {
            return found;
        }

        var entry = TakeUp(found, orderEvent, provider);
        entry = outcome switch
        {
            Outcome.Delivered delivered => entry with
            {
                Delivered = true,
                Reference = delivered.Reference ?? entry.Reference,
                Concluded = Newer(entry.Concluded, version),
            },
            Outcome.Skipped { Supersedes: true } => entry with { Concluded = Newer(entry.Concluded, version) },
            Outcome.Skipped skipped => entry with
            {
                Started = entry.Started == version ? null : entry.Started,
                Incomplete = skipped.IsIncomplete ? Newer(entry.Incomplete, version) : entry.Incomplete,
            },
            _ => entry,
        };
        if (entry.Version != version)
        {
            return entry;
        }

        return outcome switch
        {
            Outcome.Delivered => entry with { State = DeliveryState.Delivered },
            Outcome.Skipped => entry with { State = DeliveryState.Skipped, Reason = outcome.Reason },
            _ => DeadLettered(entry, deadLetter!),
        };
    }

    /// <summary>The delivery of the entry's newest event was dead-lettered.</summary>
    public static LedgerEntry DeadLettered(LedgerEntry entry, DeadLetter deadLetter) =>
        entry with
        {
            State = deadLetter.RetryAt is null ? DeliveryState.Parked : DeliveryState.Retrying,
            Reason = deadLetter.Description,
            NextAttemptAt = deadLetter.RetryAt,
        };

    /// <summary>What the newest attempt was for and the provider's words, if it failed; null: it did not.</summary>
    public static string? LastFailedAttempt(LedgerEntry entry) =>
        entry.Attempts is [.., { Outcome: not ("delivered" or "found") } last] ? last.Detail : null;

    /// <summary>When the newest attempt to tell this very event failed; null: none did.</summary>
    public static DateTimeOffset? LastFailure(LedgerEntry? entry, OrderVersion version) =>
        entry?.Version == version && entry.Attempts is [.., { Outcome: "retry" } last]
            ? last.At.AddMilliseconds(last.DurationMs)
            : null;

    // State, reason and next attempt are the newest event's: an older one that comes late leaves them be.
    private static LedgerEntry TakeUp(LedgerEntry? found, OrderEvent orderEvent, string provider)
    {
        var version = orderEvent.Version;
        var entry = found ?? new LedgerEntry(orderEvent.Order.Id, provider, version, DeliveryState.Retrying);
        return entry.Version.IsNewerThan(version) || entry.HasConcluded(version)
            ? entry
            : entry with
            {
                Version = version,
                State = DeliveryState.Retrying,
                Reason = null,
                NextAttemptAt = null,
            };
    }

    private static OrderVersion Newer(OrderVersion? known, OrderVersion version) =>
        known?.IsNewerThan(version) == true ? known : version;
}
