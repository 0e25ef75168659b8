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

        return provider.Next(orderEvent, KnownFrom(entry, mayHaveArrived));
    }

    public static Known KnownFrom(LedgerEntry? entry, bool mayHaveArrived) =>
        new(entry?.Told ?? false, entry?.Reference, mayHaveArrived);
}
