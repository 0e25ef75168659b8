using System.Diagnostics;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Intake;

/// <summary>
/// Checks clicks and puts them on the queues of the providers that take them. A click is nobody's order: no ledger has
/// it, and sent again it is another click.
/// </summary>
public sealed class ClickIntake(ProviderCatalog catalog, IBus bus, TimeProvider timeProvider)
{
    /// <param name="caller">Of a click that the visitor's own browser reports.</param>
    /// <returns>The click's id once the bus has it for good, or null where <paramref name="errors"/> says why not.</returns>
    /// <exception cref="BusUnavailableException">Nothing was accepted.</exception>
    public async Task<string?> SubmitAsync(
        ReadOnlyMemory<byte> utf8,
        Caller? caller,
        ValidationErrors errors,
        CancellationToken cancellationToken
    )
    {
        if (Click.Read(utf8, errors, caller) is not { } click)
        {
            return null;
        }

        var takers = catalog.All.Where(provider => provider.TakesClicks).ToList();
        // Here, where the sender hears of it: nobody would mend a parked click.
        foreach (var refusal in takers.Select(provider => provider.Tell(click)).OfType<Outcome.Rejected>())
        {
            errors.Add("$", refusal.Reason);
        }

        if (errors.Any)
        {
            return null;
        }

        var id = Guid.NewGuid().ToString();
        foreach (var provider in takers)
        {
            using var send = Tracing.StartSend(Entities.QueueOf(provider.Name), messages: 1);
            await bus.ScheduleAsync(
                Entities.QueueOf(provider.Name),
                Message(id, click, provider.Name),
                timeProvider.GetUtcNow(),
                cancellationToken
            );
        }

        Telemetry.ClicksAccepted.Add(1);
        return id;
    }

    private BusMessage Message(string id, Click click, string provider) =>
        new(Guid.NewGuid().ToString(), CanonicalJson.Write(click))
        {
            Kind = MessageKind.Click,
            EventId = id,
            Provider = provider,
            AcceptedAt = timeProvider.GetUtcNow(),
            TraceParent = Activity.Current?.Id,
        };
}
