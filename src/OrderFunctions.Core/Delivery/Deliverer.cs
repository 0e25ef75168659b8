using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;
using OrderFunctions.Sending;

namespace OrderFunctions.Delivery;

/// <summary>
/// Tells one provider of one order event, unless the ledger says that it need not be told, and records what came of
/// it.
/// </summary>
public sealed class Deliverer(
    OrderEventReader reader,
    ILedger ledger,
    SecretCache secrets,
    DeliveryLog log,
    TimeProvider timeProvider,
    Func<double> random
)
{
    private readonly QuickRetries _quickRetries = new(timeProvider, random);

    /// <returns>Null: complete the message. Otherwise dead-letter it so.</returns>
    /// <exception cref="OperationCanceledException">The host is shutting down: abandon the message.</exception>
    public async Task<DeadLetter?> DeliverAsync(
        ProviderChannel channel,
        ReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var message = received.Message;
        var errors = new ValidationErrors();
        if (reader.Read(message.Body, errors) is not { } orderEvent)
        {
            return InvalidMessage.DeadLetterFor(message, errors);
        }

        var (outcome, run) = await DecideOrWaitAsync(channel, orderEvent, received, cancellationToken);
        if (run is null)
        {
            var notTold = DeadLetterOf(outcome!, channel.Provider, message, message.Attempts);
            log.Ended(channel.Provider.Name, orderEvent, outcome!, notTold?.RetryAt);
            return notTold;
        }

        try
        {
            outcome = await _quickRetries.ExecuteAsync(channel.Provider, run.TryAsync, cancellationToken);
        }
        catch
        {
            // Shutting down, or a defect of ours: the calls made stay on record, and the order is free for the next worker.
            await RecordAsync(channel.Provider, orderEvent, run, outcome: null, deadLetter: null);
            throw;
        }

        var deadLetter = DeadLetterOf(outcome, channel.Provider, message, run.AttemptCount);
        await RecordAsync(channel.Provider, orderEvent, run, outcome, deadLetter);
        log.Ended(channel.Provider.Name, orderEvent, outcome, deadLetter?.RetryAt);
        return deadLetter;
    }

    // Without the ledger nobody is told: it alone knows whether it was done already.
    private async Task<(Outcome? Outcome, DeliveryRun? Run)> DecideOrWaitAsync(
        ProviderChannel channel,
        OrderEvent orderEvent,
        ReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await DecideAsync(channel, orderEvent, received, cancellationToken);
        }
        catch (LedgerUnavailableException error)
        {
            log.LedgerUnavailable(error);
            return (new Outcome.Retry(error.Message, After: null, IsCounted: false), null);
        }
    }

    // Either an outcome that needs no call, or a run that has claimed the order at this provider.
    private async Task<(Outcome? Outcome, DeliveryRun? Run)> DecideAsync(
        ProviderChannel channel,
        OrderEvent orderEvent,
        ReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var provider = channel.Provider;
        while (true)
        {
            var found = await ledger.FindAsync(orderEvent.Order.Id, provider.Name, cancellationToken);
            var now = timeProvider.GetUtcNow();
            if (found?.Claim is { } claim && claim.Until > now)
            {
                return (
                    new Outcome.Retry(
                        "another worker is telling the provider of this order",
                        LedgerRules.WaitFor(claim, now),
                        IsCounted: false
                    ),
                    null
                );
            }

            if (LedgerRules.LastFailure(found, orderEvent) + provider.RetryInterval is { } notBefore && notBefore > now)
            {
                return (
                    new Outcome.Retry(
                        $"{provider.Name} wants {provider.RetryInterval!.Value.TotalMinutes:0} minutes between attempts",
                        notBefore - now,
                        IsCounted: false
                    ),
                    null
                );
            }

            // A claim that ran out belongs to a worker that died, perhaps in the middle of a call.
            var mayHaveArrived =
                found is { Uncertain: true } or { Claim: not null }
                || received.DeliveryCount > 1
                || received.Message.Replayed;
            var outcome = Outcome.Of(DeliveryRules.NextStep(provider, orderEvent, found, mayHaveArrived));
            if (outcome is not null && found?.HasSettled(orderEvent.Version) == true)
            {
                // What is on record stays so.
                return (outcome, null);
            }

            var entry = LedgerRules.TakeUp(found, orderEvent, provider.Name);
            if (outcome is not null)
            {
                var deadLetter = DeadLetterOf(outcome, provider, received.Message, received.Message.Attempts);
                entry = LedgerRules.Conclude(entry, orderEvent, outcome, deadLetter);
                if (await ledger.TrySaveAsync(entry, cancellationToken))
                {
                    return (outcome, null);
                }

                continue;
            }

            var prior = DeliveryRules.PriorStateFrom(found, orderEvent, mayHaveArrived);
            var own = new Claim(Guid.NewGuid(), now + Entities.LockDuration);
            entry = LedgerRules.Begin(entry, orderEvent, own, DeliveryRules.StandsAlone(provider, orderEvent, prior));
            if (await ledger.TrySaveAsync(entry, cancellationToken))
            {
                return (null, NewRun(channel, orderEvent, prior, own, received.Message));
            }
        }
    }

    private DeliveryRun NewRun(
        ProviderChannel channel,
        OrderEvent orderEvent,
        PriorState prior,
        Claim claim,
        BusMessage message
    )
    {
        var redactor = new Redactor(orderEvent);
        var authorizer = new Authorizer(secrets, redactor);
        return new DeliveryRun(
            channel,
            orderEvent,
            prior,
            claim,
            message.Attempts,
            authorizer,
            redactor,
            log,
            timeProvider
        );
    }

    // Not on the caller's token: what was told must be on record even while the host is shutting down.
    private Task RecordAsync(
        Provider provider,
        OrderEvent orderEvent,
        DeliveryRun run,
        Outcome? outcome,
        DeadLetter? deadLetter
    ) =>
        ledger.ChangeAsync(
            orderEvent.Order.Id,
            provider.Name,
            found =>
            {
                var entry = LedgerRules.TakeUp(found, orderEvent, provider.Name);
                entry = LedgerRules.Learn(entry, run.Claim, run.PriorState, run.Attempts);
                return outcome is null ? entry : LedgerRules.Conclude(entry, orderEvent, outcome, deadLetter);
            },
            CancellationToken.None
        );

    private DeadLetter? DeadLetterOf(Outcome outcome, Provider provider, BusMessage message, int attempts) =>
        outcome switch
        {
            Outcome.Rejected rejected => DeadLetter.Rejected(message, rejected.Reason, attempts),
            Outcome.Retry { IsCounted: false } retry => RetrySchedule.NotCalled(
                retry,
                message,
                timeProvider.GetUtcNow(),
                random
            ),
            Outcome.Retry retry => RetrySchedule.Failed(
                retry,
                provider.RetryDelays,
                message.Retries,
                attempts,
                timeProvider.GetUtcNow()
            ),
            _ => null,
        };
}
