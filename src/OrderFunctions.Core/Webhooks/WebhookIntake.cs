using System.Diagnostics;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Redaction;
using OrderFunctions.Storefronts;

namespace OrderFunctions.Webhooks;

/// <summary>Makes order events of webhooks and puts them on the bus; what can't be mapped is put where it is parked.</summary>
public sealed class WebhookIntake(
    StorefrontCatalog storefronts,
    OrderIntake intake,
    IBus bus,
    TimeProvider timeProvider
)
{
    /// <summary>Takes a webhook: returns once the bus has it, as an event or as what can't be one.</summary>
    /// <exception cref="BusUnavailableException">Nothing was accepted.</exception>
    public async Task TakeAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        if (await SubmitAsync(webhook, cancellationToken) is var (orderId, problems))
        {
            using var send = Tracing.StartSend(Entities.Inbound, messages: 1);
            var message = webhook.Message(orderId, problems) with { TraceParent = Activity.Current?.Id };
            await bus.ScheduleAsync(Entities.Inbound, message, timeProvider.GetUtcNow(), cancellationToken);
        }
    }

    /// <summary>Tries a webhook once more that could not be mapped: settings or code may have changed.</summary>
    /// <returns>How to park it; null: it is accepted now.</returns>
    /// <exception cref="BusUnavailableException">Nothing was accepted.</exception>
    public async Task<DeadLetter?> TryAgainAsync(
        BusMessage message,
        Webhook webhook,
        CancellationToken cancellationToken
    ) =>
        await SubmitAsync(webhook, cancellationToken) is var (orderId, problems)
            ? DeadLetter.Rejected(
                message,
                new Redactor().Redact(
                    $"The webhook could not be mapped: {webhook.Words(orderId ?? message.OrderId)}. {problems} {webhook.Problems}".TrimEnd()
                )
            )
            : null;

    private async Task<(string? OrderId, ValidationErrors Problems)?> SubmitAsync(
        Webhook webhook,
        CancellationToken cancellationToken
    )
    {
        var problems = new ValidationErrors();
        if (webhook.Body is not { } body)
        {
            problems.Add(
                "$",
                "had more bytes than a message holds, and was not kept: let the shop save the order anew"
            );
            return (null, problems);
        }

        switch (storefronts.Get(webhook.Storefront)?.Map(webhook.Topic, body, webhook.Shop, webhook.ReceivedAt))
        {
            case Mapping.Order(var orderEvent, var id):
                // Through the same gate as everybody's.
                var accepted = await intake.SubmitAsync(CanonicalJson.Write(orderEvent), problems, cancellationToken);
                return accepted is null ? (id, problems) : null;
            case Mapping.Ignored(var reason):
                Telemetry.WebhooksIgnored.Add(1, Telemetry.Storefront(webhook.Storefront), new("reason", reason));
                return null;
            case Mapping.Failed(var id, var found):
                return (id, found);
            default:
                problems.Add("$.webhook.storefront", "is none that there is");
                return (null, problems);
        }
    }
}
