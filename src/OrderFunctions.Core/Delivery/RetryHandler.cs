using OrderFunctions.Bus;
using OrderFunctions.Ledger;

namespace OrderFunctions.Delivery;

/// <summary>
/// What happens to a dead letter on orders-retry: a copy is scheduled on the queue it came from, or it is parked.
/// The copy is scheduled first and the dead letter completed second; a duplicate does no harm, the ledger knows.
/// </summary>
public sealed class RetryHandler(
    ProviderChannels channels,
    IBus bus,
    ILedger ledger,
    Settlement settlement,
    DeliveryLog log,
    TimeProvider timeProvider
)
{
    // For the ERP's messages, which have no provider and so no schedule of their own.
    private static readonly TimeSpan[] InboundDelays =
    [
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromHours(1),
    ];

    public Task HandleAsync(IMessageLock message, CancellationToken cancellationToken) =>
        settlement.RunAsync(message, token => DecideAsync(message.Received, token), cancellationToken);

    private async Task<DeadLetter?> DecideAsync(ReceivedMessage received, CancellationToken cancellationToken)
    {
        var message = received.Message;
        if (received is not { DeadLetter: { } deadLetter, Source: { } source })
        {
            return DeadLetter.Rejected(message, $"The message did not come to {Entities.Retry} as a dead letter.");
        }

        if (
            deadLetter is { RetryAt: null }
            && deadLetter.Reason is not (DeadLetterReasons.Rejected or DeadLetterReasons.RetriesExhausted)
        )
        {
            deadLetter = Decide(deadLetter, source);
            await RecordAsync(message, deadLetter, cancellationToken);
        }

        if (deadLetter.RetryAt is { } due)
        {
            var copy = message with
            {
                Id = Guid.NewGuid().ToString(),
                Retries = deadLetter.Retries,
                Attempts = deadLetter.Attempts,
            };
            await bus.ScheduleAsync(source, copy, due, cancellationToken);
            return null;
        }

        log.Parked(message.Provider, message.OrderId, message.EventId, deadLetter.Reason);
        return deadLetter;
    }

    // The broker dead-lettered it: its function crashed too often, or nobody fetched it in time.
    private DeadLetter Decide(DeadLetter deadLetter, string source)
    {
        var delays = channels.FindByQueue(source)?.Provider.RetryDelays ?? InboundDelays;
        var retry = new Outcome.Retry($"{deadLetter.Reason}: {deadLetter.Description}", After: null, IsCounted: true);
        return RetrySchedule.DeadLetterFor(
            retry,
            delays,
            deadLetter.Retries,
            deadLetter.Attempts,
            timeProvider.GetUtcNow()
        );
    }

    private async Task RecordAsync(BusMessage message, DeadLetter deadLetter, CancellationToken cancellationToken)
    {
        if (message is not { OrderId: { } orderId, Provider: { } provider })
        {
            return;
        }

        try
        {
            await ledger.ChangeAsync(
                orderId,
                provider,
                entry =>
                    entry is null || entry.Version.EventId != message.EventId || entry.HasSettled(entry.Version)
                        ? null
                        : LedgerRules.DeadLettered(entry, deadLetter),
                cancellationToken
            );
        }
        catch (LedgerUnavailableException error) when (deadLetter.RetryAt is not null)
        {
            // The retry matters more than its record, which the next attempt puts right; after the last there is none.
            log.LedgerUnavailable(error);
        }
    }
}
