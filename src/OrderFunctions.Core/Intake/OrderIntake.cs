using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Providers;

namespace OrderFunctions.Intake;

/// <summary>Checks order events and puts them on the bus: the same for the storefront and the ERP.</summary>
public sealed class OrderIntake(
    OrderEventReader reader,
    ProviderCatalog catalog,
    IBus bus,
    IntakeOptions options,
    OutageLog outages,
    TimeProvider timeProvider
)
{
    public const int MostEvents = 500;

    private DateTimeOffset Latest => options.Latest(timeProvider.GetUtcNow());

    /// <summary>Checks one event as if to accept it.</summary>
    public OrderEvent? Read(ReadOnlyMemory<byte> utf8, ValidationErrors errors) => reader.Read(utf8, errors, Latest);

    /// <summary>Accepts one event.</summary>
    /// <returns>The event once the bus has it for good, or null where <paramref name="errors"/> says why not.</returns>
    /// <exception cref="BusUnavailableException">Nothing was accepted.</exception>
    public async Task<OrderEvent?> SubmitAsync(
        ReadOnlyMemory<byte> utf8,
        ValidationErrors errors,
        CancellationToken cancellationToken
    )
    {
        if (Read(utf8, errors) is not { } orderEvent)
        {
            Telemetry.Refused.Add(1, Telemetry.Reason("invalid"));
            return null;
        }

        await PublishAsync([orderEvent], again: null, cancellationToken);
        return orderEvent;
    }

    /// <summary>Accepts an array of events: all of them or, where one is wrong, none.</summary>
    /// <param name="again">Who is to be told of them anew; null: everybody is told what is news.</param>
    /// <exception cref="BusUnavailableException">Not all were accepted; sending all again does no harm.</exception>
    public async Task<IReadOnlyList<OrderEvent>?> SubmitBatchAsync(
        ReadOnlyMemory<byte> utf8,
        AskedAgain? again,
        ValidationErrors errors,
        CancellationToken cancellationToken
    )
    {
        if (reader.ReadBatch(utf8, MostEvents, errors, Latest) is not { } events)
        {
            // How many events it has nobody knows: it may be no array at all.
            Telemetry.Refused.Add(1, Telemetry.Reason("invalid"));
            return null;
        }

        await PublishAsync(events, again, cancellationToken);
        return events;
    }

    /// <summary>The providers that an event goes to.</summary>
    public IReadOnlyList<string> ProvidersOf(OrderEvent orderEvent) => [.. catalog.Names.Where(orderEvent.IsFor)];

    private async Task PublishAsync(
        IReadOnlyList<OrderEvent> events,
        AskedAgain? again,
        CancellationToken cancellationToken
    )
    {
        using var send = Tracing.StartSend(Entities.Topic, events.Count);
        try
        {
            await bus.PublishAsync([.. events.Select(orderEvent => Message(orderEvent, again))], cancellationToken);
        }
        catch (BusUnavailableException)
        {
            send?.SetStatus(ActivityStatusCode.Error);
            Telemetry.Refused.Add(events.Count, Telemetry.Reason("unavailable"));
            throw;
        }

        outages.BusWorks();
        Telemetry.Accepted.Add(events.Count);
    }

    private BusMessage Message(OrderEvent orderEvent, AskedAgain? again) =>
        new(MessageId(orderEvent, again), CanonicalJson.Write(orderEvent))
        {
            EventId = orderEvent.EventId,
            OrderId = orderEvent.Order.Id,
            Providers = catalog.Names,
            AcceptedAt = timeProvider.GetUtcNow(),
            AskedAgain = again,
            TraceParent = Activity.Current?.Id,
        };

    // A shop's own event id ("paid") is unique within its order only. The length in front keeps 1 + 23 and 12 + 3 apart,
    // and the hash keeps two ids of 128 characters within what Service Bus takes. What is asked anew is no duplicate.
    private static string MessageId(OrderEvent orderEvent, AskedAgain? again)
    {
        var asked = again is null ? "" : $"\n{again.At:O}";
        var ids = $"{orderEvent.Order.Id.Length}:{orderEvent.Order.Id}{orderEvent.EventId}{asked}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ids)));
    }
}
