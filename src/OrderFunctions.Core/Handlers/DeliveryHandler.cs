using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Sending;

namespace OrderFunctions.Handlers;

/// <summary>
/// What happens to a message on a provider's queue: one delivery, then one settlement. While the provider is paused or its
/// circuit is open it is put off, before the ledger is asked or the log told: it costs nothing but its way through the bus.
/// </summary>
public sealed class DeliveryHandler(
    ProviderChannels channels,
    ProviderGates gates,
    Deliverer deliverer,
    ClickDeliverer clickDeliverer,
    WaitingDeliveries waiting,
    Settlement settlement,
    TimeProvider timeProvider,
    Func<double> random
)
{
    public Task HandleAsync(string provider, IMessageLock message, CancellationToken cancellationToken) =>
        HandleAsync(provider, message, pass: null, cancellationToken);

    /// <summary>
    /// Receives the provider's next message, and handles it. While nothing may be delivered nothing is received: it would
    /// go round by the retry queue for nothing.
    /// </summary>
    public async Task HandleNextAsync(string provider, IMessageReceiver receiver, CancellationToken cancellationToken)
    {
        using var pass = await gates.Get(provider).EnterAsync(cancellationToken);
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, pass.Shut);
        IMessageLock message;
        try
        {
            message = await receiver.ReceiveAsync(Entities.QueueOf(provider), receiving.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The gate has shut meanwhile.
            return;
        }

        await HandleAsync(provider, message, pass.Shut.IsCancellationRequested ? null : pass, cancellationToken);
    }

    // Without a pass the gate is asked now.
    private async Task HandleAsync(
        string provider,
        IMessageLock message,
        GatePass? pass,
        CancellationToken cancellationToken
    )
    {
        var (received, isDone) = (message.Received, false);
        await settlement.RunAsync(
            message,
            async token =>
            {
                pass ??= await gates.Get(provider).TryEnterAsync(token);
                var deadLetter = pass.Refusal is { } refusal
                    ? RetrySchedule.PutOff(received.Message, refusal, timeProvider.GetUtcNow(), random)
                    : await DeliverAsync(provider, received, token);
                isDone = deadLetter is null;
                return deadLetter;
            },
            cancellationToken
        );
        // Whatever it waited for is over, and so it is for the others that wait.
        var isBack = pass?.End() == true;
        var hasWaited = isDone && received.Message.Waits > 0 && channels.Get(provider).Circuit == Circuit.Closed;
        if (isBack || hasWaited)
        {
            await waiting.BringForwardAsync(received.Queue, cancellationToken);
        }
    }

    private Task<DeadLetter?> DeliverAsync(
        string provider,
        ReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var channel = channels.Get(provider);
        return received.Message.Kind == MessageKind.Click
            ? clickDeliverer.DeliverAsync(channel, received.Message, cancellationToken)
            : deliverer.DeliverAsync(channel, received, cancellationToken);
    }
}
