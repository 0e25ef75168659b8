using System.Net.Http.Headers;
using OrderFunctions.Credentials;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;
using OrderFunctions.Sending;

namespace OrderFunctions.Delivery;

/// <summary>One delivery while it is under way: its calls one after another, and what they taught us.</summary>
internal sealed class DeliveryRun(
    ProviderChannel channel,
    OrderEvent orderEvent,
    PriorState prior,
    Claim claim,
    int attemptsBefore,
    Authorizer authorizer,
    Redactor redactor,
    DeliveryLog log,
    TimeProvider timeProvider
)
{
    private readonly List<Attempt> _attempts = [];
    private int _tries;

    // The last call that failed: what a person is told where the next one can't be made.
    private Outcome.Retry? _failure;

    public IReadOnlyList<Attempt> Attempts => _attempts;

    public PriorState PriorState { get; private set; } = prior;

    public Claim Claim => claim;

    /// <summary>The tries the delivery has had by now, those of earlier rounds included.</summary>
    public int AttemptCount => attemptsBefore + _tries;

    /// <summary>Goes from step to step until the provider is told, or a call says that it won't be now.</summary>
    public async Task<Outcome> TryAsync(CancellationToken cancellationToken)
    {
        var isFirstCall = true;
        while (true)
        {
            var step = channel.Provider.Next(orderEvent, PriorState);
            var outcome = step is Step.Send send
                ? await SendAsync(send, isFirstCall, cancellationToken)
                : Outcome.Of(step);
            if (outcome is not null)
            {
                return outcome;
            }

            isFirstCall = false;
        }
    }

    // Null: a look-up was answered, go on with the next step.
    private async Task<Outcome?> SendAsync(Step.Send send, bool isFirstCall, CancellationToken cancellationToken)
    {
        AuthenticationHeaderValue? authorization;
        try
        {
            authorization = await authorizer.AuthorizeAsync(send.Request.Credential, refresh: false, cancellationToken);
        }
        catch (CredentialUnavailableException error)
        {
            return NotCalled(error.Message, after: null);
        }

        var (isRefused, outcome) = await CallAsync(send, authorization, isFirstCall, cancellationToken);
        if (!isRefused)
        {
            return outcome;
        }

        // Sent again only if the secret has changed: then the first call was never really ours.
        AuthenticationHeaderValue? renewed;
        try
        {
            renewed = await authorizer.AuthorizeAsync(send.Request.Credential, refresh: true, cancellationToken);
        }
        catch (CredentialUnavailableException error)
        {
            return new Outcome.Retry(
                $"credentials refused, and {error.Message}; {_attempts[^1].Detail}",
                TimeSpan.Zero,
                IsCounted: true
            );
        }

        if (renewed?.Parameter != authorization?.Parameter)
        {
            (isRefused, outcome) = await CallAsync(send, renewed, isFirstCall: false, cancellationToken);
            if (!isRefused)
            {
                return outcome;
            }
        }

        var status = _attempts[^1].StatusCode ?? 0;
        log.CredentialRejected(channel.Provider.Name, status, renewed?.Scheme);
        var refused = renewed is null ? "a call that needs no credentials" : $"our {renewed.Scheme} credentials";
        return new Outcome.Retry(
            $"{channel.Provider.Name} refused {refused} with {status}; {_attempts[^1].Detail}",
            TimeSpan.Zero,
            IsCounted: true
        );
    }

    private Outcome? Conclude(Classification classification, TimeSpan? after)
    {
        switch (classification)
        {
            case Classification.Delivered delivered:
                PriorState = PriorState with { Uncertain = false };
                return new Outcome.Delivered(delivered.Reference ?? PriorState.Reference);
            case Classification.Found found:
                PriorState = PriorState with
                {
                    LookedUp = found.Order,
                    Uncertain = false,
                    Reference = found.Order.Reference ?? PriorState.Reference,
                };
                return null;
            case Classification.Rejected rejected:
                return new Outcome.Rejected(rejected.Reason);
            case Classification.Retry retry:
                PriorState = retry.Uncertain ? PriorState with { LookedUp = null, Uncertain = true } : PriorState;
                return _failure = new Outcome.Retry(retry.Reason, after, IsCounted: true);
            default:
                throw new InvalidOperationException($"No conclusion for {classification}.");
        }
    }

    // What failed before tells more than why it can't be tried again at once, and it is that which costs a retry.
    private Outcome.Retry NotCalled(string reason, TimeSpan? after, bool isCounted = false) =>
        _failure is null
            ? new Outcome.Retry(reason, after, isCounted)
            : _failure with
            {
                After = after ?? TimeSpan.Zero,
            };

    // Refused: the credentials were, and there is no outcome yet.
    private async Task<(bool IsRefused, Outcome? Outcome)> CallAsync(
        Step.Send send,
        AuthenticationHeaderValue? authorization,
        bool isFirstCall,
        CancellationToken cancellationToken
    )
    {
        // A call that might end after the claim could arrive after another worker's.
        var longest = TimeSpan.FromSeconds(channel.Provider.Options.TimeoutSeconds) + SlidingMinuteLimiter.LongestWait;
        if (timeProvider.GetUtcNow() + longest > claim.Until)
        {
            // After a look-up it counts, or a provider that takes too long for both would be looked up for ever.
            var isCounted = _tries > 0;
            return (false, NotCalled("the time to tell the provider has run out", TimeSpan.Zero, isCounted));
        }

        CallResult result;
        try
        {
            result = await channel.CallAsync(send.Request, authorization, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is shutting down; the call may have arrived.
            PriorState = PriorState with
            {
                LookedUp = null,
                Uncertain = true,
            };
            throw;
        }

        if (result is CallResult.NotMade notMade)
        {
            return (false, NotCalled(notMade.Reason, notMade.Wait));
        }

        _tries += isFirstCall ? 1 : 0;
        var (classification, status, after) = result switch
        {
            CallResult.Answered { Response: var answer } => (
                Redacted(channel.Provider.Classify(send.Request, answer)),
                answer.StatusCode,
                NotSoonerThan(answer)
            ),
            CallResult.Failed failed => (
                Redacted(new Classification.Retry(failed.Reason, failed.IsUncertain)),
                (int?)null,
                (TimeSpan?)null
            ),
            _ => throw new InvalidOperationException($"No classification on {result}."),
        };
        // A classification with a reason has the words in it already.
        var words =
            classification is not (Classification.Retry or Classification.Rejected)
            && (result as CallResult.Answered)?.Response is { IsSuccess: false } refusal
                ? redactor.Redact(refusal.Sentence)
                : null;
        var attempt = new Attempt(
            result.At,
            AttemptCount,
            channel.Provider.Attempts,
            Word(classification),
            status,
            (long)result.Duration.TotalMilliseconds,
            Detail(send, classification, words)
        );
        _attempts.Add(attempt);
        // At once: if the ledger can't be had, the log is all that tells of the call.
        log.Attempt(channel.Provider.Name, orderEvent, attempt);
        return classification is Classification.CredentialRefused
            ? (true, null)
            : (false, Conclude(classification, after));
    }

    // Where a success says nothing usable, what was saved just now may not be found at once.
    private static TimeSpan? NotSoonerThan(ProviderResponse answer) =>
        answer switch
        {
            { StatusCode: 429 } => answer.RetryAfter ?? TimeSpan.Zero,
            { StatusCode: 503 } => answer.RetryAfter,
            { IsSuccess: true } => TimeSpan.Zero,
            _ => null,
        };

    private Classification Redacted(Classification classification) =>
        classification switch
        {
            Classification.Retry retry => retry with { Reason = redactor.Redact(retry.Reason) },
            Classification.Rejected rejected => rejected with { Reason = redactor.Redact(rejected.Reason) },
            _ => classification,
        };

    private static string Word(Classification classification) =>
        classification switch
        {
            Classification.Delivered => "delivered",
            Classification.Found => "found",
            Classification.Rejected => "rejected",
            Classification.CredentialRefused => "credentialRefused",
            _ => "retry",
        };

    private static string Detail(Step.Send send, Classification classification, string? words)
    {
        var said = classification switch
        {
            Classification.Retry retry => retry.Reason,
            Classification.Rejected rejected => rejected.Reason,
            _ => words,
        };
        return string.Join("; ", new[] { send.Request.Purpose, send.Note, said }.OfType<string>());
    }
}
