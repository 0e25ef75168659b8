using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Diagnostics;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;
using OrderFunctions.Sending;

namespace OrderFunctions.Delivery;

/// <summary>
/// Tells one provider of one order event: decides whether it needs telling, claims the order at the provider, sends,
/// and records what came of it.
/// </summary>
public sealed class Deliverer(
    OrderEventReader reader,
    ILedger ledger,
    SecretCache secrets,
    LedgerOptions options,
    DeliveryLog log,
    TimeProvider timeProvider,
    Func<double> random
)
{
    private readonly RecentEvents _events = new(reader);
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
        log.TakenUp(channel.Provider.Name, received);
        var errors = new ValidationErrors();
        if (_events.Read(message.Body, errors) is not { } orderEvent)
        {
            return InvalidMessage.DeadLetterFor(message, errors);
        }

        orderEvent = orderEvent with { AcceptedAt = message.AcceptedAt };
        var (run, end) = await DecideOrPostponeAsync(channel, orderEvent, received, cancellationToken);
        end ??= await SendAndRecordAsync(channel.Provider, run!, message, cancellationToken);
        log.Ended(channel.Provider.Name, run?.Event ?? orderEvent, end.Outcome, end.DeadLetter?.RetryAt);
        return end.DeadLetter;
    }

    // Without the ledger nobody is told: it alone knows whether it was done already.
    private async Task<(DeliveryRun? Run, DeliveryEnd? End)> DecideOrPostponeAsync(
        ProviderChannel channel,
        OrderEvent orderEvent,
        ReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var decided = await DecideAsync(channel, orderEvent, received, cancellationToken);
            log.LedgerWorks();
            return decided;
        }
        catch (LedgerUnavailableException error)
        {
            log.LedgerUnavailable(error);
            var retry = new Outcome.Retry(error.Message, new RetryTiming.FreeBackoff());
            return (null, End(retry, channel.Provider, received.Message, received.Message.Attempts));
        }
    }

    // A run that has claimed the order at this provider, or the end of a delivery that needs none.
    private async Task<(DeliveryRun? Run, DeliveryEnd? End)> DecideAsync(
        ProviderChannel channel,
        OrderEvent orderEvent,
        ReceivedMessage received,
        CancellationToken cancellationToken
    )
    {
        var (provider, message) = (channel.Provider, received.Message);
        while (true)
        {
            var found = await ledger.FindAsync(orderEvent.Order.Id, provider.Name, cancellationToken);
            var now = timeProvider.GetUtcNow();
            var isRepeated = received.DeliveryCount > 1 || message.Replays > 0;
            var again = message.AskedAgain?.Providers.Contains(provider.Name) == true ? message.AskedAgain : null;
            switch (DeliveryDecision.For(orderEvent, found, provider, options, now, isRepeated, again))
            {
                case DeliveryDecision.Postpone(var reason, var when):
                    return (null, End(new Outcome.Retry(reason, when), provider, message, message.Attempts));

                case DeliveryDecision.Finish(var decided, var entry, var outcome):
                    var end = End(outcome, provider, message, message.Attempts);
                    var concluded = OrderProgress.Conclude(
                        OrderProgress.WithoutDeadClaim(entry),
                        decided,
                        provider.Name,
                        outcome,
                        told: null,
                        end.DeadLetter
                    );
                    if (concluded == found || await ledger.TryConcludeAsync(concluded, cancellationToken) is not null)
                    {
                        return (null, end);
                    }

                    break;

                case DeliveryDecision.Send send:
                    var claim = new Claim(Guid.NewGuid(), now + Entities.LockDuration);
                    var started = OrderProgress.Start(send.Entry, send.Event, claim);
                    if (await ledger.TrySaveAsync(started, cancellationToken) is { } claimed)
                    {
                        return (NewRun(channel, send, claimed, message.Attempts), null);
                    }

                    break;
            }
        }
    }

    private DeliveryRun NewRun(
        ProviderChannel channel,
        DeliveryDecision.Send send,
        LedgerEntry claimed,
        int attemptsBefore
    )
    {
        var redactor = new Redactor(send.Event);
        var authorizer = new Authorizer(secrets, redactor);
        return new DeliveryRun(
            channel,
            send.Event,
            send.First,
            send.Prior,
            claimed,
            attemptsBefore,
            authorizer,
            redactor,
            log,
            timeProvider
        );
    }

    private async Task<DeliveryEnd> SendAndRecordAsync(
        Provider provider,
        DeliveryRun run,
        BusMessage message,
        CancellationToken cancellationToken
    )
    {
        Outcome outcome;
        try
        {
            outcome = await _quickRetries.ExecuteAsync(provider, run.AttemptAsync, cancellationToken);
        }
        catch
        {
            // Shutting down, or a defect of ours: the attempts stay on record, and the order is free for the next worker.
            await RecordAsync(provider, run, end: null);
            throw;
        }

        var end = End(outcome, provider, message, run.AttemptCount);
        await RecordAsync(provider, run, end);
        return end;
    }

    // Not on the caller's token: what was told must be on record even while the host is shutting down.
    private async Task RecordAsync(Provider provider, DeliveryRun run, DeliveryEnd? end)
    {
        var isOurs = true;
        await ledger.ConcludeAsync(
            run.Claimed,
            found =>
            {
                isOurs = found.Holds(run.Claim);
                var entry = OrderProgress.Learn(
                    found,
                    run.Event,
                    provider.Name,
                    run.Claim,
                    run.Known,
                    run.Sent,
                    run.Attempts
                );
                return end is null || (end.Outcome is not Outcome.Delivered && !isOurs)
                    ? entry
                    : OrderProgress.Conclude(entry, run.Event, provider.Name, end.Outcome, run.Sent, end.DeadLetter);
            },
            CancellationToken.None
        );
        if (!isOurs)
        {
            Telemetry.ClaimsLost.Add(1, Telemetry.Provider(provider.Name));
        }
    }

    private DeliveryEnd End(Outcome outcome, Provider provider, BusMessage message, int attempts)
    {
        var now = timeProvider.GetUtcNow();
        return new DeliveryEnd(
            outcome,
            RetrySchedule.DeadLetterOf(outcome, message, provider.RetryDelays, attempts, now, random)
        );
    }

    /// <param name="DeadLetter">Null: the message is completed.</param>
    private sealed record DeliveryEnd(Outcome Outcome, DeadLetter? DeadLetter);
}
