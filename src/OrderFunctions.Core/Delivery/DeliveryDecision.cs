using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>What a delivery has to do, by the event, the ledger's entry and the clock. Pure.</summary>
public abstract record DeliveryDecision
{
    private static readonly TimeSpan ShortestClaimWait = TimeSpan.FromSeconds(5);

    private DeliveryDecision() { }

    /// <summary>A request is to be sent.</summary>
    /// <param name="First">The first; what comes after it depends on the response.</param>
    /// <param name="Prior">What is known of the order at the provider.</param>
    /// <param name="StandsAlone">
    /// Whether older events needn't be told any more once this one is under way. They must be where the first request
    /// may be a look-up only, after which there may be nothing to tell.
    /// </param>
    public sealed record Send(Step.Send First, PriorState Prior, bool StandsAlone) : DeliveryDecision;

    /// <summary>No request is needed, or none would help.</summary>
    public sealed record Finish(Outcome Outcome) : DeliveryDecision;

    /// <summary>Not now, and nothing changes on record.</summary>
    public sealed record Postpone(string Reason, RetryTiming When) : DeliveryDecision;

    /// <param name="entry">Null: the ledger has none.</param>
    /// <param name="isRepeated">Whether the message was delivered before: its worker may have died in the middle of a call.</param>
    public static DeliveryDecision For(
        OrderEvent orderEvent,
        LedgerEntry? entry,
        Provider provider,
        DateTimeOffset now,
        bool isRepeated
    ) => Postponed(orderEvent, entry, provider, now) ?? Next(orderEvent, entry, provider, isRepeated);

    /// <summary>What is to be done as soon as it may be: a Send or a Finish.</summary>
    public static DeliveryDecision Next(OrderEvent orderEvent, LedgerEntry? entry, Provider provider, bool isRepeated)
    {
        var version = orderEvent.Version;
        if (NotTold(orderEvent, entry, provider) is { } reason)
        {
            return new Finish(new Outcome.Skipped(reason));
        }

        var prior = new PriorState(
            entry is { Delivered: true } or { Reference: not null },
            entry?.Reference,
            // A claim that ran out belongs to a worker that died.
            MayHaveArrived: isRepeated || entry is { MayHaveArrived: true } or { Claim: not null },
            OtherUnderWay: entry.HasOtherUnderWay(version)
        );
        switch (provider.Next(orderEvent, prior))
        {
            case Outcome outcome:
                return new Finish(outcome);
            case Step.Send when entry is { Delivered: false, Incomplete: { } newer } && newer.IsNewerThan(version):
                return new Finish(
                    new Outcome.Rejected(
                        $"A newer event, {newer.EventId}, came first and could not be told, for it lacked what this one has. Send how the order stands now once more, with all it needs."
                    )
                );
            case Step.Send send:
                var standsAlone =
                    !prior.MayHaveArrived
                    || provider.Next(orderEvent, prior with { MayHaveArrived = false })
                        is not Outcome.Skipped { IsIncomplete: true };
                return new Send(send, prior, standsAlone);
            case var step:
                throw new InvalidOperationException($"No decision on {step}.");
        }
    }

    private static string? NotTold(OrderEvent orderEvent, LedgerEntry? entry, Provider provider)
    {
        var version = orderEvent.Version;
        return !provider.Options.Enabled ? $"{provider.Name} is disabled"
            : !orderEvent.IsFor(provider.Name) ? $"the event is for {string.Join(", ", orderEvent.Providers!)} only"
            : entry?.Concluded == version ? "already told"
            : entry.HasConcluded(version) ? "superseded by a newer event"
            : entry?.Started?.IsNewerThan(version) == true ? "superseded by a newer event, which is under way"
            : null;
    }

    private static Postpone? Postponed(OrderEvent orderEvent, LedgerEntry? entry, Provider provider, DateTimeOffset now)
    {
        if (entry?.Claim is { } claim && claim.Until > now)
        {
            return new Postpone("another worker is telling the provider of this order", WaitFor(claim, now));
        }

        return
            provider.RetryInterval is { } interval
            && OrderProgress.LastFailure(entry, orderEvent.Version) + interval is { } notBefore
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
