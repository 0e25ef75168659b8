using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Parked;
using OrderFunctions.Providers;

namespace OrderFunctions.Handlers;

/// <summary>
/// What happens to a dead letter on orders-retry: a copy is scheduled on the queue it came from, or it is parked.
/// The next slice of a replay or discard comes here as well: nobody but us has the right to send to this queue. The copy is scheduled first and the dead letter completed second; a duplicate does no harm, the ledger knows.
/// </summary>
public sealed class RetryHandler(
    ProviderCatalog catalog,
    IBus bus,
    ILedger ledger,
    Settlement settlement,
    ParkedJobs jobs,
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
        if (received is { DeadLetter: null, Message.Kind: MessageKind.Job })
        {
            await jobs.ContinueAsync(message, cancellationToken);
            return null;
        }

        if (received is not { DeadLetter: { } deadLetter, Source: { } source })
        {
            return DeadLetter.Rejected(message, $"The message did not come to {Entities.Retry} as a dead letter.");
        }

        if (
            deadLetter is { RetryAt: null }
            && deadLetter.Reason is not (DeadLetterReasons.Rejected or DeadLetterReasons.RetriesExhausted)
        )
        {
            deadLetter = await DecideAndRecordAsync(message, deadLetter, source, cancellationToken);
        }

        if (deadLetter.RetryAt is { } due)
        {
            var copy = message with
            {
                Id = Guid.NewGuid().ToString(),
                Retries = deadLetter.Retries,
                Attempts = deadLetter.Attempts,
                Waits = deadLetter.Waits,
                LastTurn = deadLetter.LastTurn ?? message.LastTurn,
            };
            await bus.ScheduleAsync(source, copy, due, cancellationToken);
            DeliveryLog.Retried(message.Provider);
            return null;
        }

        log.Parked(message.Provider, message.OrderId, message.EventId, deadLetter.Reason);
        return deadLetter;
    }

    // The broker dead-lettered it: its function crashed too often, or nobody fetched it in time.
    private async Task<DeadLetter> DecideAndRecordAsync(
        BusMessage message,
        DeadLetter brokers,
        string source,
        CancellationToken cancellationToken
    )
    {
        var failedAt = timeProvider.GetUtcNow();
        var decided = Decide(lastFailedAttempt: null);
        if (message is not { OrderId: { } orderId, Provider: { } provider })
        {
            return decided;
        }

        try
        {
            await ledger.ChangeAsync(
                orderId,
                provider,
                entry =>
                {
                    // An older event's delivery may tell the newest one, which lacked what the older has brought.
                    if (
                        entry is null
                        || entry.HasConcluded(entry.Version)
                        || (entry.Version.EventId != message.EventId && entry.Incomplete?.Version != entry.Version)
                    )
                    {
                        return null;
                    }

                    decided = Decide(OrderProgress.LastFailedAttempt(entry));
                    return OrderProgress.DeadLettered(entry, decided);
                },
                cancellationToken
            );
        }
        catch (LedgerUnavailableException error) when (decided.RetryAt is not null)
        {
            // The retry matters more than its record, which the next attempt puts right; after the last there is none.
            log.LedgerUnavailable(error);
        }

        return decided;

        // The broker's sentence says nothing of the provider's answer, which is what a person needs.
        DeadLetter Decide(string? lastFailedAttempt)
        {
            var reason = $"{brokers.Reason}: {brokers.Description}";
            return RetrySchedule.Failed(
                new Outcome.Retry(
                    lastFailedAttempt is null ? reason : $"{reason} The last attempt failed: {lastFailedAttempt}",
                    new RetryTiming.NextSlot()
                ),
                catalog.All.FirstOrDefault(provider => Entities.QueueOf(provider.Name) == source)?.RetryDelays
                    ?? InboundDelays,
                brokers.Retries,
                brokers.Attempts,
                failedAt
            );
        }
    }
}
