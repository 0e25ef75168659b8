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

    /// <summary>What an event says of customer, addresses, attribution and consent is remembered, as far as the provider gets it.</summary>
    public static LedgerEntry Remember(
        LedgerEntry? found,
        OrderEvent orderEvent,
        Provider provider,
        LedgerOptions options,
        DateTimeOffset now
    )
    {
        var entry = found ?? New(orderEvent, provider.Name);
        if (entry.RemembersSince + options.RememberFor <= now)
        {
            entry = entry.Forget();
        }

        var statement = provider.Gets(Statement.Of(orderEvent));
        return entry with { Memory = OrderMemory.With(entry.Memory, statement, provider.Name, now) };
    }

    /// <summary>
    /// A person asks to tell the provider of an event anew: what the ledger has of it there is no longer certain. From then
    /// on the usual rules hold.
    /// </summary>
    /// <param name="isToldOnce">Whether the provider is told nothing of an order that it has.</param>
    public static LedgerEntry Reopen(LedgerEntry entry, OrderVersion version, AskedAgain ask, bool isToldOnce) =>
        entry with
        {
            AskedAgain = new AskedAgainRecord(ask.At, ask.By),
            Concluded = entry.Concluded == version ? null : entry.Concluded,
            Delivered = entry.Delivered && entry.Concluded != version && !isToldOnce,
            Reference = null,
            MayHaveArrived = true,
        };

    /// <summary>A worker has set out to tell an event.</summary>
    public static LedgerEntry Start(LedgerEntry found, OrderEvent orderEvent, Claim claim)
    {
        var entry = TakeUp(found, orderEvent);
        return entry with
        {
            Claim = claim,
            Started = Newer(entry.Started, orderEvent.Version),
            StartedOverAnother = entry.HasOtherUnderWay(orderEvent.Version),
            // Superseded from now on.
            Incomplete =
                entry.Incomplete is { } incomplete && orderEvent.Version.IsNewerThan(incomplete.Version)
                    ? null
                    : entry.Incomplete,
        };
    }

    /// <summary>Whether the claim still stands; if not, another worker went on when it had run out, and the record is its.</summary>
    public static bool Holds(this LedgerEntry? found, Claim claim) =>
        found is null || found.Claim?.Holder == claim.Holder;

    /// <summary>The worker's attempts are over. What another worker has put on record meanwhile stays.</summary>
    /// <param name="sent">What the last request tells the provider, if it took it; null: none told it anything.</param>
    public static LedgerEntry Learn(
        LedgerEntry? found,
        OrderEvent orderEvent,
        string provider,
        Claim claim,
        PriorState learned,
        ToldOrder? sent,
        IReadOnlyCollection<Attempt> attempts
    )
    {
        var isOurs = found.Holds(claim);
        var entry = found ?? New(orderEvent, provider);
        entry = isOurs ? TakeUp(entry, orderEvent) : entry;
        var mayHaveArrived = isOurs
            ? learned.MayHaveArrived
            : entry.MayHaveArrived || (learned.MayHaveArrived && attempts.Count > 0);
        return entry.WithAttempts(attempts) with
        {
            Claim = isOurs ? null : entry.Claim,
            Reference = learned.Reference ?? entry.Reference,
            MayHaveArrived = mayHaveArrived,
            // It may have got longer lists; what it has got of them stays there until it is told otherwise.
            ToldLast =
                mayHaveArrived && sent is not null && entry.ToldLast is { } last
                    ? last with
                    {
                        LineItems = Math.Max(last.LineItems, sent.LineItems),
                        Discounts = Math.Max(last.Discounts, sent.Discounts),
                    }
                    : entry.ToldLast,
        };
    }

    /// <summary>A delivery has come to an outcome. What is concluded already stays so: another worker was quicker.</summary>
    /// <param name="told">With Delivered: what the provider has been told; null: nobody knows.</param>
    /// <param name="deadLetter">Of a Retry or a Rejected; null otherwise.</param>
    public static LedgerEntry Conclude(
        LedgerEntry? found,
        OrderEvent orderEvent,
        string provider,
        Outcome outcome,
        ToldOrder? told,
        DeadLetter? deadLetter
    )
    {
        var version = orderEvent.Version;
        if (found is not null && found.HasConcluded(version) && outcome is not Outcome.Delivered)
        {
            return found;
        }

        var entry = TakeUp(found ?? New(orderEvent, provider), orderEvent);
        var isNewest = entry.Version == version;
        entry = outcome switch
        {
            Outcome.Delivered delivered => entry with
            {
                Delivered = true,
                Reference = delivered.Reference ?? entry.Reference,
                Concluded = Newer(entry.Concluded, version),
                ToldLast = told,
            },
            Outcome.Skipped { Supersedes: true } => entry with { Concluded = Newer(entry.Concluded, version) },
            Outcome.Skipped skipped => entry with
            {
                Started = entry.Started == version ? null : entry.Started,
                Left = isNewest ? skipped.Left ?? entry.Left : entry.Left,
                LeftAt = isNewest && skipped.Left is not null ? orderEvent.OccurredAt.ToUniversalTime() : entry.LeftAt,
            },
            _ => entry,
        };
        entry = entry with { Incomplete = IncompleteAfter(entry, orderEvent, outcome) };
        if (!isNewest)
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

    /// <summary>No request is to be sent while a worker's claim has run out: it died, perhaps in the middle of a call.</summary>
    public static LedgerEntry? WithoutDeadClaim(LedgerEntry? found) =>
        found is { Claim: not null } ? found with { Claim = null, MayHaveArrived = true } : found;

    /// <summary>The delivery of the entry's newest event was dead-lettered.</summary>
    public static LedgerEntry DeadLettered(LedgerEntry entry, DeadLetter deadLetter) =>
        entry with
        {
            State = deadLetter.RetryAt is null ? DeliveryState.Parked : DeliveryState.Retrying,
            Reason = deadLetter.Description,
            NextAttemptAt = deadLetter.RetryAt,
        };

    /// <summary>A person closed the parked delivery of an event. What is concluded already stays so: it was told elsewhere.</summary>
    /// <param name="note">Why, in that person's words.</param>
    /// <returns>Null: nothing changes.</returns>
    public static LedgerEntry? Discard(LedgerEntry? found, OrderEvent orderEvent, string provider, string note)
    {
        var version = orderEvent.Version;
        if (found.HasConcluded(version))
        {
            return null;
        }

        var entry = found ?? New(orderEvent, provider);
        entry = entry with
        {
            Concluded = version,
            Incomplete = entry.Incomplete is { } waits && waits.Version.IsNewerThan(version) ? waits : null,
        };
        return entry.Version.IsNewerThan(version)
            ? entry
            : entry with
            {
                Version = version,
                State = DeliveryState.Discarded,
                Reason = note,
                NextAttemptAt = null,
            };
    }

    /// <summary>What the newest attempt was for and the provider's words, if it failed; null: it did not.</summary>
    public static string? LastFailedAttempt(LedgerEntry entry) =>
        entry.Attempts is [.., { Outcome: not ("delivered" or "found") } last] ? last.Sentence : null;

    /// <summary>When the newest attempt to tell this very event failed; null: none did.</summary>
    public static DateTimeOffset? LastFailure(LedgerEntry? entry, OrderVersion version) =>
        entry?.Version == version && entry.Attempts is [.., { Outcome: "retry" } last]
            ? last.At.AddMilliseconds(last.DurationMs)
            : null;

    private static IncompleteEvent? IncompleteAfter(LedgerEntry entry, OrderEvent orderEvent, Outcome outcome)
    {
        if (entry.Incomplete is { } other && other.Version.IsNewerThan(orderEvent.Version))
        {
            return other;
        }

        if (outcome.IsIncomplete)
        {
            // The memory has the rest.
            var order = orderEvent.Order with
            {
                Customer = Customer.Unknown,
                ShippingAddress = Address.Unknown,
                BillingAddress = null,
            };
            return new IncompleteEvent(
                orderEvent with
                {
                    Providers = null,
                    Attribution = null,
                    Order = order,
                },
                orderEvent.AcceptedAt
            );
        }

        // After a Retry or a Rejected it is still to be told.
        return outcome is Outcome.Delivered or Outcome.Skipped ? null : entry.Incomplete;
    }

    private static LedgerEntry New(OrderEvent orderEvent, string provider) =>
        new(orderEvent.Order.Id, provider, orderEvent.Version, DeliveryState.Retrying);

    // State, reason and next attempt are the newest event's: an older one that comes late leaves them be.
    private static LedgerEntry TakeUp(LedgerEntry entry, OrderEvent orderEvent)
    {
        var version = orderEvent.Version;
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
