using System.Net.Http.Headers;
using OrderFunctions.Credentials;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;
using OrderFunctions.Sending;

namespace OrderFunctions.Delivery;

/// <summary>The attempts of one delivery, one after another, and what they taught us of the order at the provider.</summary>
internal sealed class DeliveryRun(
    ProviderChannel channel,
    OrderEvent orderEvent,
    Step.Send first,
    PriorState prior,
    LedgerEntry claimed,
    int attemptsBefore,
    Authorizer authorizer,
    Redactor redactor,
    DeliveryLog log,
    TimeProvider timeProvider
)
{
    private readonly List<Attempt> _attempts = [];

    // As it was decided, not made anew.
    private Step? _first = first;

    // Whether the attempt that is being made is counted: one that needs a look-up, or a renewed secret, counts once.
    private bool _isCounted;

    // The last attempt that failed: it tells a person more than why no other could be made after it.
    private Outcome.Retry? _failure;

    public IReadOnlyList<Attempt> Attempts => _attempts;

    public OrderEvent Event => orderEvent;

    /// <summary>What the last request that was no look-up tells the provider; null: there was none.</summary>
    public ToldOrder? Sent { get; private set; }

    /// <summary>What is known of the order at the provider by now.</summary>
    public PriorState Known { get; private set; } = prior;

    /// <summary>The order's entry as it was claimed for this run.</summary>
    public LedgerEntry Claimed => claimed;

    public Claim Claim => claimed.Claim!;

    /// <summary>The delivery's attempts by now, those of earlier messages included, look-ups not.</summary>
    public int AttemptCount { get; private set; } = attemptsBefore;

    /// <summary>Makes one attempt, after the look-up that it may need.</summary>
    /// <returns>Never Found or CredentialRefused.</returns>
    public async Task<Outcome> AttemptAsync(CancellationToken cancellationToken)
    {
        _isCounted = false;
        try
        {
            Outcome outcome;
            do
            {
                var next = _first ?? channel.Provider.Next(orderEvent, Known);
                _first = null;
                outcome = next switch
                {
                    Step.Send send => await SendAsync(send, cancellationToken) with
                    {
                        IsIncomplete = send.IsIncomplete,
                    },
                    Outcome nothingToSend => nothingToSend,
                    var step => throw new InvalidOperationException($"Nothing is done about {step}."),
                };
            } while (outcome is Outcome.Found);

            return outcome;
        }
        catch (CallNotMadeException error)
        {
            return NotMade(error.Message, error.When);
        }
        catch (CredentialUnavailableException error)
        {
            return NotMade(error.Message, new RetryTiming.FreeBackoff());
        }
    }

    // With the secret as we have it; where that is refused, once more with the renewed one.
    private async Task<Outcome> SendAsync(Step.Send send, CancellationToken cancellationToken)
    {
        var credential = send.Request.Credential;
        var authorization = await authorizer.AuthorizeAsync(credential, refresh: false, cancellationToken);
        var outcome = await CallAsync(send, authorization, cancellationToken);
        if (outcome is not Outcome.CredentialRefused)
        {
            return outcome;
        }

        AuthenticationHeaderValue? renewed;
        try
        {
            renewed = await authorizer.AuthorizeAsync(credential, refresh: true, cancellationToken);
        }
        catch (CredentialUnavailableException error)
        {
            return RefusedFor($"credentials refused, and {error.Message}");
        }

        // The same secret would be refused again.
        if (renewed?.Parameter != authorization?.Parameter)
        {
            outcome = await CallAsync(send, renewed, cancellationToken);
            if (outcome is not Outcome.CredentialRefused)
            {
                return outcome;
            }
        }

        var status = _attempts[^1].StatusCode ?? 0;
        log.CredentialRejected(channel.Provider.Name, status, renewed?.Scheme);
        var refused = renewed is null ? "a call that needs no credentials" : $"our {renewed.Scheme} credentials";
        return RefusedFor($"{channel.Provider.Name} refused {refused} with {status}");
    }

    private Outcome.Retry RefusedFor(string reason) =>
        new($"{reason}; {_attempts[^1].Sentence}", new RetryTiming.NextSlot());

    private async Task<Outcome> CallAsync(
        Step.Send send,
        AuthenticationHeaderValue? authorization,
        CancellationToken cancellationToken
    )
    {
        ThrowIfTimeHasRunOut();
        ProviderCall call;
        try
        {
            call = await channel.CallAsync(send.Request, authorization, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is shutting down; the call may have arrived.
            Known = Known with
            {
                LookedUp = null,
                MayHaveArrived = true,
            };
            throw;
        }

        Sent = DeliveryDecision.HashOf(send.Request) is { } hash ? send.Told with { Request = hash } : Sent;
        AttemptCount += _isCounted ? 0 : 1;
        _isCounted = true;
        var outcome = call.OutcomeFor(channel.Provider, send.Request);
        outcome = outcome with { Reason = redactor.Redact(outcome.Reason) };
        Record(send, call, outcome);
        return Learn(outcome);
    }

    // A call that might end after the claim could arrive after another worker's.
    private void ThrowIfTimeHasRunOut()
    {
        var now = timeProvider.GetUtcNow();
        var longest = TimeSpan.FromSeconds(channel.Provider.Options.TimeoutSeconds) + SlidingMinuteLimiter.LongestWait;
        if (now + longest > Claim.Until)
        {
            throw new CallNotMadeException(
                "the time to tell the provider has run out",
                // After a look-up it uses up the schedule, or a provider too slow for both would be looked up for ever.
                _attempts.Count > 0
                    ? new RetryTiming.NextSlot()
                    : new RetryTiming.FreeUntil(now)
            );
        }
    }

    private Outcome.Retry NotMade(string reason, RetryTiming when) =>
        _failure is null
            ? new Outcome.Retry(reason, when)
            : _failure with
            {
                When = when is RetryTiming.FreeUntil until
                    ? new RetryTiming.NotBefore(until.Time)
                    : new RetryTiming.NextSlot(),
            };

    private Outcome Learn(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Delivered:
                Known = Known with { MayHaveArrived = false };
                return outcome;
            case Outcome.Found found:
                Known = Known with
                {
                    LookedUp = found.Order,
                    MayHaveArrived = false,
                    Reference = found.Order.Reference ?? Known.Reference,
                };
                return found;
            case Outcome.Retry retry:
                Known = retry.MayHaveArrived ? Known with { LookedUp = null, MayHaveArrived = true } : Known;
                return _failure = retry;
            default:
                return outcome;
        }
    }

    private void Record(Step.Send send, ProviderCall call, Outcome outcome)
    {
        // A reason has the provider's words in it already.
        var words =
            outcome.Reason.Length == 0 && call.Response is { IsSuccess: false } refusal
                ? redactor.Redact(refusal.Sentence)
                : outcome.Reason;
        var detail = string.Join("; ", new[] { send.Note, words }.Where(part => !string.IsNullOrEmpty(part)));
        var attempt = new Attempt(
            call.At,
            orderEvent.EventId,
            send.Request.Purpose,
            AttemptCount,
            channel.Provider.MostAttempts,
            outcome.Name,
            call.Response?.StatusCode,
            (long)call.Duration.TotalMilliseconds,
            detail.Length > 0 ? detail : null
        );
        _attempts.Add(attempt);
        // At once: if the ledger can't be had, the log is all that tells of the attempt.
        log.Attempt(channel.Provider.Name, orderEvent, attempt);
    }
}
