using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Ledger;
using OrderFunctions.Sending;

namespace OrderFunctions.Operations;

/// <summary>Stops the calls to one provider and lets them go on. Events are accepted all the while.</summary>
public sealed class ProviderSwitch(
    ProviderPauses pauses,
    IBus bus,
    OperatorEvents events,
    OutageLog outages,
    TimeProvider timeProvider
)
{
    /// <summary>The providers that are paused, by name; those that this instance knew last, where that can't be asked.</summary>
    public async Task<IReadOnlyList<string>> PausedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await pauses.AllAsync(cancellationToken)).Keys.Order(StringComparer.Ordinal)];
        }
        catch (LedgerUnavailableException error)
        {
            outages.Tell(error);
            return [];
        }
    }

    /// <summary>No delivery to the provider is begun any more; those under way end as ever.</summary>
    /// <param name="note">Why, for the other people; null: not said.</param>
    /// <exception cref="LedgerUnavailableException">Nothing was changed, or nobody knows.</exception>
    public async Task PauseAsync(string provider, string? note, CancellationToken cancellationToken)
    {
        if (await pauses.PauseAsync(provider, note, cancellationToken))
        {
            events.Raise(
                new OperatorEvent(
                    OperatorEventTypes.ProviderPaused,
                    provider,
                    $"{provider} is paused: its deliveries wait until it is resumed"
                )
            );
        }
    }

    /// <summary>Deliveries to the provider go on, those that waited first.</summary>
    /// <exception cref="LedgerUnavailableException">Nothing was changed, or nobody knows.</exception>
    public async Task ResumeAsync(string provider, CancellationToken cancellationToken)
    {
        if (await pauses.ResumeAsync(provider, cancellationToken))
        {
            events.Raise(new OperatorEvent(OperatorEventTypes.ProviderResumed, provider, $"{provider} is resumed"));
        }

        try
        {
            // Not before every instance knows: one that doesn't would put them off again, for longer.
            var due = timeProvider.GetUtcNow() + ProviderPauses.Validity;
            await bus.BringForwardAsync(Entities.QueueOf(provider), due, cancellationToken);
        }
        catch (BusUnavailableException error)
        {
            // It is resumed all the same: the first delivery that is made brings the others forward.
            outages.Tell(error);
        }
    }
}
