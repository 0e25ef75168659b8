using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.Delivery;

/// <summary>How a delivery changes the ledger's entry: pure functions from entry to entry.</summary>
public static class LedgerRules
{
    /// <summary>The entry once an event is taken up. Its state is that of the newest event: an older one that comes late leaves it be.</summary>
    public static LedgerEntry TakeUp(LedgerEntry? found, OrderEvent orderEvent, string provider)
    {
        var entry = found ?? new LedgerEntry(orderEvent.Order.Id, provider, orderEvent.Version, DeliveryState.Retrying);
        return entry.Version.IsNewerThan(orderEvent.Version)
            ? entry
            : entry with
            {
                Version = orderEvent.Version,
                State = DeliveryState.Retrying,
                Reason = null,
                NextAttemptAt = null,
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
        if (outcome is Outcome.Delivered delivered)
        {
            entry = entry with { Told = true, Reference = delivered.Reference ?? entry.Reference };
        }

        if (outcome is Outcome.Delivered or Outcome.Skipped { Supersedes: true })
        {
            entry = entry with { Settled = orderEvent.Version };
        }

        if (entry.Version != orderEvent.Version)
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

    /// <summary>When the newest call about this very event failed; null: none did.</summary>
    public static DateTimeOffset? LastFailure(LedgerEntry? entry, OrderEvent orderEvent) =>
        entry?.Version == orderEvent.Version && entry.Attempts is [.., { Outcome: "retry" } last]
            ? last.At.AddMilliseconds(last.DurationMs)
            : null;
}
