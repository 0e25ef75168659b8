using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Webhooks;

namespace OrderFunctions.Handlers;

/// <summary>
/// What happens to an ERP's message on orders-inbound: the same check as over HTTP, then the topic. A webhook that
/// waits for the shop's API, or could not be mapped, is mapped there.
/// </summary>
public sealed class InboundHandler(OrderIntake intake, WebhookIntake webhooks, Settlement settlement)
{
    public Task HandleAsync(IMessageLock message, CancellationToken cancellationToken) =>
        settlement.RunAsync(message, token => AcceptAsync(message.Received.Message, token), cancellationToken);

    private async Task<DeadLetter?> AcceptAsync(BusMessage message, CancellationToken cancellationToken)
    {
        if (Webhook.Read(message.Body) is { } webhook)
        {
            return await webhooks.TakeAgainAsync(message, webhook, cancellationToken);
        }

        var errors = new ValidationErrors();
        return await intake.SubmitAsync(message.Body, errors, cancellationToken) is null
            ? InvalidMessage.DeadLetterFor(message, errors)
            : null;
    }
}
