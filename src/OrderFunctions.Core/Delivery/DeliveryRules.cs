using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>What is to be done first about an event at a provider, by all that is on record: pure, and no call is made.</summary>
public static class DeliveryRules
{
    /// <param name="entry">The ledger's entry; null: there is none.</param>
    /// <param name="mayHaveArrived">Whether an earlier call may have reached the provider without our seeing its answer.</param>
    public static Step NextStep(Provider provider, OrderEvent orderEvent, LedgerEntry? entry, bool mayHaveArrived)
    {
        if (!provider.Options.Enabled)
        {
            return new Step.Skip($"{provider.Name} is disabled");
        }

        if (!orderEvent.IsFor(provider.Name))
        {
            return new Step.Skip($"the event is for {string.Join(", ", orderEvent.Providers!)} only");
        }

        if (entry?.HasSettled(orderEvent.Version) == true)
        {
            return new Step.Skip(entry.Settled == orderEvent.Version ? "already told" : "superseded by a newer event");
        }

        if (entry?.Begun?.IsNewerThan(orderEvent.Version) == true)
        {
            return new Step.Skip("superseded by a newer event, which is under way");
        }

        var step = provider.Next(orderEvent, PriorStateFrom(entry, orderEvent, mayHaveArrived));
        return step is Step.Send && entry is { Told: false } && entry.Lacking?.IsNewerThan(orderEvent.Version) == true
            ? new Step.Reject(
                $"A newer event, {entry.Lacking.EventId}, came first and could not be told, for it lacked what this one has. Send how the order stands now once more, with all it needs."
            )
            : step;
    }

    /// <summary>
    /// Whether an event whose next step is a call stands on its own at the provider, so that older ones needn't be told
    /// any more once it is under way. Without doubt the call tells it; in doubt it may only be a look-up.
    /// </summary>
    public static bool StandsAlone(Provider provider, OrderEvent orderEvent, PriorState prior) =>
        !prior.Uncertain
        || provider.Next(orderEvent, prior with { Uncertain = false }) is not Step.Skip { IsLacking: true };

    public static PriorState PriorStateFrom(LedgerEntry? entry, OrderEvent orderEvent, bool mayHaveArrived) =>
        new(
            entry is { Told: true } or { Reference: not null },
            entry?.Reference,
            mayHaveArrived,
            Owed: entry?.OwesOther(orderEvent.Version) == true
        );
}
