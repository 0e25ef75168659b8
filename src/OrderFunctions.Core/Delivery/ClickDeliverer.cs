using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;
using OrderFunctions.Sending;

namespace OrderFunctions.Delivery;

/// <summary>
/// Tells one provider of one click, over the same channel and by the same schedule as of an order. There is no order to
/// ask the ledger about: a click whose worker died in the middle of its call is told twice, and its record is the log.
/// </summary>
public sealed class ClickDeliverer(DeliveryLog log, TimeProvider timeProvider, Func<double> random)
{
    private readonly QuickRetries _quickRetries = new(timeProvider, random);

    /// <returns>Null: complete the message. Otherwise dead-letter it so.</returns>
    /// <exception cref="OperationCanceledException">The host is shutting down: abandon the message.</exception>
    public async Task<DeadLetter?> DeliverAsync(
        ProviderChannel channel,
        BusMessage message,
        CancellationToken cancellationToken
    )
    {
        var errors = new ValidationErrors();
        if (Click.Read(message.Body, errors) is not { } click)
        {
            return DeadLetter.Rejected(message, new Redactor().Redact($"The message is no valid click. {errors}"));
        }

        var run = new ClickRun(channel, click, message, log);
        var outcome = channel.Provider.Options.Enabled
            ? await _quickRetries.ExecuteAsync(channel.Provider, run.AttemptAsync, cancellationToken)
            : new Outcome.Skipped($"{channel.Provider.Name} is disabled");
        var deadLetter = RetrySchedule.DeadLetterOf(
            outcome,
            message,
            channel.Provider.RetryDelays,
            run.AttemptCount,
            timeProvider.GetUtcNow(),
            random
        );
        log.ClickEnded(channel.Provider.Name, message.EventId, outcome, deadLetter?.RetryAt);
        return deadLetter;
    }

    /// <summary>The attempts of one delivery, one after another.</summary>
    private sealed class ClickRun(ProviderChannel channel, Click click, BusMessage message, DeliveryLog log)
    {
        private readonly Redactor _redactor = new(click);

        // The last attempt that failed: it tells a person more than why no other could be made after it.
        private Outcome.Retry? _failure;

        /// <summary>Those of earlier messages included.</summary>
        public int AttemptCount { get; private set; } = message.Attempts;

        public async Task<Outcome> AttemptAsync(CancellationToken cancellationToken)
        {
            return channel.Provider.Tell(click) switch
            {
                Step.Send send => await SendAsync(send.Request, cancellationToken),
                Outcome nothingToSend => nothingToSend,
                var step => throw new InvalidOperationException($"Nothing is done about {step}."),
            };
        }

        private async Task<Outcome> SendAsync(ProviderRequest request, CancellationToken cancellationToken)
        {
            ProviderCall call;
            try
            {
                call = await channel.CallAsync(request, authorization: null, cancellationToken);
            }
            catch (CallNotMadeException error)
            {
                return _failure is null
                    ? new Outcome.Retry(error.Message, error.When)
                    : _failure with
                    {
                        When = new RetryTiming.NextSlot(),
                    };
            }

            AttemptCount++;
            var outcome = OutcomeOf(request, call);
            log.ClickAttempt(
                channel.Provider.Name,
                message.EventId,
                AttemptCount,
                channel.Provider.MostAttempts,
                outcome,
                call.Response?.StatusCode,
                call.Duration
            );
            _failure = outcome as Outcome.Retry;
            return outcome;
        }

        private Outcome OutcomeOf(ProviderRequest request, ProviderCall call)
        {
            var outcome = call.OutcomeFor(channel.Provider, request);
            if (outcome is Outcome.CredentialRefused && call.Response is { } response)
            {
                log.CredentialRejected(channel.Provider.Name, response.StatusCode, scheme: null);
                outcome = new Outcome.Retry(response.Sentence, new RetryTiming.NextSlot());
            }

            return outcome with
            {
                Reason = _redactor.Redact(outcome.Reason),
            };
        }
    }
}
