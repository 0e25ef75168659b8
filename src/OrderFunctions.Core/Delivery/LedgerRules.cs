using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>How a delivery changes the ledger's entry: pure functions from entry to entry.</summary>
public static class LedgerRules
{
    private static readonly TimeSpan ShortestClaimWait = TimeSpan.FromSeconds(5);

    /// <summary>The entry once an event is taken up. Its state is that of the newest event: an older one that comes late leaves it be.</summary>
    public static LedgerEntry TakeUp(LedgerEntry? found, OrderEvent orderEvent, string provider)
    {
        var entry = found ?? new LedgerEntry(orderEvent.Order.Id, provider, orderEvent.Version, DeliveryState.Retrying);
        return entry.Version.IsNewerThan(orderEvent.Version) || entry.HasSettled(orderEvent.Version)
            ? entry
            : entry with
            {
                Version = orderEvent.Version,
                State = DeliveryState.Retrying,
                Reason = null,
                NextAttemptAt = null,
            };
    }

    /// <summary>The entry once a worker has set out to tell an event.</summary>
    /// <param name="standsAlone">Whether older events needn't be told any more.</param>
    public static LedgerEntry Begin(LedgerEntry entry, OrderEvent orderEvent, Claim claim, bool standsAlone) =>
        standsAlone
            ? entry with
            {
                Claim = claim,
                Begun = Newer(entry.Begun, orderEvent.Version),
                Overtook = entry.OwesOther(orderEvent.Version),
            }
            : entry with
            {
                Claim = claim,
            };

    /// <summary>The entry with what a delivery's calls have taught.</summary>
    /// <param name="claim">The delivery's own; another's, that took over when it had run out, stays.</param>
    public static LedgerEntry Learn(
        LedgerEntry entry,
        Claim claim,
        PriorState prior,
        IReadOnlyCollection<Attempt> attempts
    )
    {
        var isOurs = entry.Claim?.Holder == claim.Holder;
        return entry.WithAttempts(attempts) with
        {
            Claim = isOurs ? null : entry.Claim,
            Reference = prior.Reference ?? entry.Reference,
            Uncertain = prior.Uncertain || (!isOurs && entry.Uncertain),
        };
    }

    /// <summary>The entry once a delivery has led to an outcome.</summary>
    /// <param name="deadLetter">Of a Retry or a Rejected; null otherwise.</param>
    public static LedgerEntry Conclude(
        LedgerEntry entry,
        OrderEvent orderEvent,
        Outcome outcome,
        DeadLetter? deadLetter
    )
    {
        var version = orderEvent.Version;
        if (outcome is not Outcome.Delivered && entry.HasSettled(version))
        {
            // Another worker was quicker.
            return entry;
        }

        entry = outcome switch
        {
            Outcome.Delivered delivered => entry with
            {
                Told = true,
                Reference = delivered.Reference ?? entry.Reference,
                Settled = Newer(entry.Settled, version),
            },
            Outcome.Skipped { Supersedes: true } => entry with { Settled = Newer(entry.Settled, version) },
            Outcome.Skipped skipped => entry with
            {
                Begun = entry.Begun == version ? null : entry.Begun,
                Lacking = skipped.IsLacking ? Newer(entry.Lacking, version) : entry.Lacking,
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
            Outcome.Skipped skipped => entry with { State = DeliveryState.Skipped, Reason = skipped.Reason },
            _ => DeadLettered(entry, deadLetter!),
        };
    }

    /// <summary>The entry once its newest event's delivery was dead-lettered.</summary>
    public static LedgerEntry DeadLettered(LedgerEntry entry, DeadLetter deadLetter) =>
        entry with
        {
            State = deadLetter.RetryAt is null ? DeliveryState.Parked : DeliveryState.Retrying,
            Reason = deadLetter.Description,
            NextAttemptAt = deadLetter.RetryAt,
        };

    /// <summary>
    /// How long to wait for another worker's claim: as long again as it is old, so that a call is waited for shortly and
    /// a dead worker not looked for in vain again and again.
    /// </summary>
    public static TimeSpan WaitFor(Claim claim, DateTimeOffset now)
    {
        var left = claim.Until - now;
        var age = Entities.LockDuration - left;
        var wait = age > ShortestClaimWait ? age : ShortestClaimWait;
        return wait < left ? wait : left;
    }

    /// <summary>What the newest call led to, if it failed: the purpose and the provider's words; null: it did not.</summary>
    public static string? LastFailedCall(LedgerEntry entry) =>
        entry.Attempts is [.., { Outcome: not ("delivered" or "found") } last] ? last.Detail : null;

    private static OrderVersion Newer(OrderVersion? known, OrderVersion version) =>
        known?.IsNewerThan(version) == true ? known : version;

    /// <summary>When the newest call about this very event failed; null: none did.</summary>
    public static DateTimeOffset? LastFailure(LedgerEntry? entry, OrderEvent orderEvent) =>
        entry?.Version == orderEvent.Version && entry.Attempts is [.., { Outcome: "retry" } last]
            ? last.At.AddMilliseconds(last.DurationMs)
            : null;
}
