using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Intake;
using OrderFunctions.Json;

namespace OrderFunctions.Handlers;

/// <summary>What happens to an ERP's message on orders-inbound: the same check as over HTTP, then the topic.</summary>
public sealed class InboundHandler(OrderIntake intake, Settlement settlement)
{
    public Task HandleAsync(IMessageLock message, CancellationToken cancellationToken) =>
        settlement.RunAsync(message, token => AcceptAsync(message.Received.Message, token), cancellationToken);

    private async Task<DeadLetter?> AcceptAsync(BusMessage message, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors();
        return await intake.SubmitAsync(message.Body, errors, cancellationToken) is null
            ? InvalidMessage.DeadLetterFor(message, errors)
            : null;
    }
}
