using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Sending;

namespace OrderFunctions.Handlers;

/// <summary>What happens to a message on a provider's queue: one delivery, then one settlement.</summary>
public sealed class DeliveryHandler(
    ProviderChannels channels,
    Deliverer deliverer,
    ClickDeliverer clickDeliverer,
    Settlement settlement
)
{
    public Task HandleAsync(string provider, IMessageLock message, CancellationToken cancellationToken)
    {
        var channel = channels.Get(provider);
        return settlement.RunAsync(
            message,
            token =>
                message.Received.Message.Kind == MessageKind.Click
                    ? clickDeliverer.DeliverAsync(channel, message.Received.Message, token)
                    : deliverer.DeliverAsync(channel, message.Received, token),
            cancellationToken
        );
    }
}
