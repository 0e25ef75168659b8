using System.Diagnostics;
using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;

namespace OrderFunctions.Handlers;

/// <summary>
/// The one place that settles messages: on every path, on a token that is not cancelled, and without masking what
/// came before.
/// </summary>
public sealed class Settlement(DeliveryLog log)
{
    /// <param name="work">Its result is null to complete the message, or how to dead-letter it.</param>
    public async Task RunAsync(
        IMessageLock message,
        Func<CancellationToken, Task<DeadLetter?>> work,
        CancellationToken cancellationToken
    )
    {
        var (queue, id) = (message.Received.Queue, message.Received.Message.Id);
        var sent = message.Received.Message;
        using var turn = Tracing.StartProcess(queue, id, sent.OrderId, sent.TraceParent, sent.LastTurn);
        Func<Task> settle;
        try
        {
            settle = await work(cancellationToken) is { } deadLetter
                ? () => message.DeadLetterAsync(WithTurn(deadLetter, queue, turn), CancellationToken.None)
                : () => message.CompleteAsync(CancellationToken.None);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            settle = () => message.AbandonAsync(CancellationToken.None);
        }
#pragma warning disable CA1031 // Whatever went wrong, the message must go back: the bus counts and dead-letters it.
        catch (Exception error)
        {
            turn?.SetStatus(ActivityStatusCode.Error);
            log.Failed(error, queue, id);
            settle = () => message.AbandonAsync(CancellationToken.None);
        }

        try
        {
            await settle();
        }
        catch (Exception error)
        {
            log.SettlementFailed(error, queue, id);
        }
#pragma warning restore CA1031
    }

    // What happens on the retry queue is no turn of the delivery.
    private static DeadLetter WithTurn(DeadLetter deadLetter, string queue, Activity? turn) =>
        turn is null || queue == Entities.Retry ? deadLetter : deadLetter with { LastTurn = turn.Id };
}
