using System.Security.Cryptography;
using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>What a delivery has to do, by its event, the ledger's entry and the clock. Pure.</summary>
public abstract record DeliveryDecision
{
    private static readonly TimeSpan ShortestClaimWait = TimeSpan.FromSeconds(5);

    private DeliveryDecision() { }

    /// <summary>A request is to be sent.</summary>
    /// <param name="Event">
    /// What the provider is to be told, with what is remembered. Mostly the delivery's own event; a newer one, if that
    /// lacked what the delivery's own has brought.
    /// </param>
    /// <param name="Entry">The entry with what the delivery's event adds to the memory.</param>
    /// <param name="First">The first request; what comes after it depends on the response.</param>
    /// <param name="Prior">What is known of the order at the provider.</param>
    public sealed record Send(OrderEvent Event, LedgerEntry Entry, Step.Send First, PriorState Prior)
        : DeliveryDecision;

    /// <summary>No request is needed, or none would help.</summary>
    /// <param name="Entry">The entry with what the delivery's event adds to the memory; null: there is none yet.</param>
    public sealed record Finish(OrderEvent Event, LedgerEntry? Entry, Outcome Outcome) : DeliveryDecision;

    /// <summary>Not now, and nothing changes on record.</summary>
    public sealed record Postpone(string Reason, RetryTiming When) : DeliveryDecision;

    /// <param name="entry">Null: the ledger has none.</param>
    /// <param name="isRepeated">Whether the message was delivered before: its worker may have died in the middle of a call.</param>
    /// <param name="again">A person's word that this provider is to be told anew; null: there is none.</param>
    public static DeliveryDecision For(
        OrderEvent orderEvent,
        LedgerEntry? entry,
        Provider provider,
        LedgerOptions options,
        DateTimeOffset now,
        bool isRepeated,
        AskedAgain? again = null
    ) =>
        Postponed(orderEvent, entry, provider, now)
        ?? Next(orderEvent, entry, provider, options, now, isRepeated, again);

    /// <summary>What is to be done as soon as it may be: a Send or a Finish.</summary>
    public static DeliveryDecision Next(
        OrderEvent orderEvent,
        LedgerEntry? found,
        Provider provider,
        LedgerOptions options,
        DateTimeOffset now,
        bool isRepeated,
        AskedAgain? again = null
    )
    {
        if (!provider.Options.Enabled)
        {
            return new Finish(orderEvent, found, new Outcome.Skipped($"{provider.Name} is disabled"));
        }

        var entry = OrderProgress.Remember(found, orderEvent, provider, options, now);
        var complete = entry.Memory?.Complete(orderEvent) ?? orderEvent;
        if (!complete.IsFor(provider.Name))
        {
            var forOthers = $"the order is for {string.Join(", ", complete.Providers!)} only";
            return new Finish(complete, entry, new Outcome.Skipped(forOthers));
        }

        entry = entry with { First = entry.First ?? orderEvent.Version };
        if (IncompleteNewer(entry, orderEvent) is { } incomplete)
        {
            // The older event is needed for what it brings only.
            var newer = entry.Memory?.Complete(incomplete) ?? incomplete;
            var decision = NotAfterNewer(Tell(newer, entry, provider, options, now, isRepeated), entry);
            return decision is Finish { Outcome.IsIncomplete: true }
                ? new Finish(complete, entry, new Outcome.Skipped("superseded by a newer event"))
                : decision;
        }

        if (again is not null && !(entry.AskedAgain?.At >= again.At))
        {
            if (Anew(complete, entry, provider, options, now, again) is { } send)
            {
                return send;
            }

            entry = entry with { AskedAgain = new AskedAgainRecord(again.At, again.By) };
        }

        return Superseded(orderEvent.Version, entry) is { } reason
            ? new Finish(complete, entry, new Outcome.Skipped(reason + NotAnew(complete, provider, again)))
            : NotAfterNewer(Tell(complete, entry, provider, options, now, isRepeated), entry);
    }

    // What a person asked to tell anew; null: nothing of it is to be told, and the usual rules say why.
    private static Send? Anew(
        OrderEvent orderEvent,
        LedgerEntry entry,
        Provider provider,
        LedgerOptions options,
        DateTimeOffset now,
        AskedAgain again
    )
    {
        var isToldOnce = !provider.CanBeToldAgain(orderEvent.Order, isForced: false);
        var reopened = OrderProgress.Reopen(entry, orderEvent.Version, again, isToldOnce);
        return
            provider.CanBeToldAgain(orderEvent.Order, again.IsForced)
            && Superseded(orderEvent.Version, reopened) is null
            ? NotAfterNewer(Tell(orderEvent, reopened, provider, options, now, isRepeated: false), reopened) as Send
            : null;
    }

    private static string NotAnew(OrderEvent orderEvent, Provider provider, AskedAgain? again) =>
        again is null || provider.CanBeToldAgain(orderEvent.Order, again.IsForced)
            ? ""
            : $"; {provider.Name} takes an order once, so it is told anew only where that is forced and the order is paid";

    // What is older than the entry's newest event is no longer true, whatever became of that one.
    private static DeliveryDecision NotAfterNewer(DeliveryDecision decision, LedgerEntry entry)
    {
        if (decision is not Send { Event: var older } || !entry.Version.IsNewerThan(older.Version))
        {
            return decision;
        }

        return new Finish(
            older,
            entry,
            entry.State == DeliveryState.Skipped
                ? new Outcome.Rejected(
                    $"A newer event, {entry.Version.EventId}, came first and was skipped: {entry.Reason}. Send how the order stands now once more."
                )
                : new Outcome.Skipped("superseded by a newer event, which is not told yet")
        );
    }

    private static DeliveryDecision Tell(
        OrderEvent orderEvent,
        LedgerEntry entry,
        Provider provider,
        LedgerOptions options,
        DateTimeOffset now,
        bool isRepeated
    )
    {
        var version = orderEvent.Version;
        // What another event's delivery left on record since, and what is concluded, is certain.
        var mayBeTold = isRepeated && entry.Concluded != version && (entry.Started is null || entry.Started == version);
        var waitUntil = orderEvent.OccurredAt + options.WaitForAttribution;
        var prior = new PriorState(
            entry.Delivered || entry.Reference is not null,
            entry.Reference,
            // A claim that ran out belongs to a worker that died.
            MayHaveArrived: mayBeTold || entry.MayHaveArrived || entry.Claim is not null,
            OtherUnderWay: entry.HasOtherUnderWay(version)
        )
        {
            // One that begins with what came back began elsewhere.
            IsKnownOrder = entry.First is { Status: OrderStatus.Pending or OrderStatus.Paid } first && first != version,
            WaitUntil = waitUntil > now ? waitUntil : null,
            ToldLast = entry.ToldLast,
            Left = entry.Left,
        };
        return provider.Next(orderEvent, prior) switch
        {
            Step.Send send when IsToldAlready(orderEvent, send, provider, prior) => new Finish(
                orderEvent,
                entry,
                new Outcome.Skipped("nothing new: the provider was told the same before", Supersedes: true)
                {
                    IsIncomplete = send.IsIncomplete,
                }
            ),
            Step.Send send => new Send(orderEvent, entry, send, prior),
            Outcome outcome => new Finish(orderEvent, entry, outcome),
            var step => throw new InvalidOperationException($"No decision on {step}."),
        };
    }

    // Where it is certain what the provider has: a look-up would be followed by the same request as the last one.
    private static bool IsToldAlready(OrderEvent orderEvent, Step.Send send, Provider provider, PriorState prior)
    {
        if (prior.ToldLast?.Request is not { } last || prior.MayHaveArrived || prior.OtherUnderWay)
        {
            return false;
        }

        // Most providers send what they tell at once; only behind a look-up is there another request to make.
        var told = send.Request.Body is null
            ? provider.Next(orderEvent, prior with { LookedUp = new LookedUp(prior.Reference, Status: null) })
                as Step.Send
            : send;
        return told is not null && HashOf(told.Request) == last;
    }

    /// <summary>SHA-256 of a request's body in Base64; null: it has none.</summary>
    internal static string? HashOf(ProviderRequest request) =>
        request.Body is { } body ? Convert.ToBase64String(SHA256.HashData(body)) : null;

    private static OrderEvent? IncompleteNewer(LedgerEntry? entry, OrderEvent orderEvent) =>
        entry?.Incomplete is { } incomplete && incomplete.Version.IsNewerThan(orderEvent.Version)
            ? incomplete.Event with
            {
                AcceptedAt = incomplete.AcceptedAt,
            }
            : null;

    private static string? Superseded(OrderVersion version, LedgerEntry entry) =>
        entry.Concluded == version
            ? entry.State == DeliveryState.Discarded
                ? "discarded"
                : "already told"
            : entry.HasConcluded(version)
                ? "superseded by a newer event"
                : entry.Started?.IsNewerThan(version) == true
                    ? "superseded by a newer event, which is under way"
                    : null;

    private static Postpone? Postponed(OrderEvent orderEvent, LedgerEntry? entry, Provider provider, DateTimeOffset now)
    {
        if (entry?.Claim is { } claim && claim.Until > now)
        {
            return new Postpone("another worker is telling the provider of this order", WaitFor(claim, now));
        }

        var told = IncompleteNewer(entry, orderEvent) ?? orderEvent;
        return
            provider.RetryInterval is { } interval
            && OrderProgress.LastFailure(entry, told.Version) + interval is { } notBefore
            && notBefore > now
            ? new Postpone(
                $"{provider.Name} wants {interval.TotalMinutes:0} minutes between attempts",
                new RetryTiming.FreeUntil(notBefore)
            )
            : null;
    }

    // As long again as the claim is old: a call takes seconds, and a dead worker is not looked for again and again.
    private static RetryTiming.FreeUntil WaitFor(Claim claim, DateTimeOffset now)
    {
        var age = now - (claim.Until - Entities.LockDuration);
        var wait = age > ShortestClaimWait ? age : ShortestClaimWait;
        return new RetryTiming.FreeUntil(now + wait < claim.Until ? now + wait : claim.Until);
    }
}
