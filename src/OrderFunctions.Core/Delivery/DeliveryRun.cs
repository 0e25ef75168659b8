using System.Net.Http.Headers;
using OrderFunctions.Credentials;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;

namespace OrderFunctions.Delivery;

/// <summary>One delivery while it is under way: its calls one after another, and what they taught us.</summary>
internal sealed class DeliveryRun(
    ProviderChannel channel,
    OrderEvent orderEvent,
    Known known,
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

    public IReadOnlyList<Attempt> Attempts => _attempts;

    public Known Known { get; private set; } = known;

    public Claim Claim => claim;

    /// <summary>The tries the delivery has had by now, those of earlier rounds included.</summary>
    public int AttemptCount => attemptsBefore + _tries;

    /// <summary>Goes from step to step until the provider is told, or a call says that it won't be now.</summary>
    public async Task<Outcome> TryAsync(CancellationToken cancellationToken)
    {
        var isFirstCall = true;
        while (true)
        {
            var step = channel.Provider.Next(orderEvent, Known);
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
            return new Outcome.Retry(error.Message, After: null, IsCounted: _tries > 0);
        }

        var verdict = await CallAsync(send, authorization, isFirstCall, cancellationToken);
        if (verdict is not (Verdict.CredentialRefused, _))
        {
            return Conclude(verdict.Verdict, verdict.After);
        }

        // Sent again only if the secret has changed: then the first call was never really ours.
        AuthenticationHeaderValue? renewed;
        try
        {
            renewed = await authorizer.AuthorizeAsync(send.Request.Credential, refresh: true, cancellationToken);
        }
        catch (CredentialUnavailableException error)
        {
            return new Outcome.Retry($"credentials refused, and {error.Message}", TimeSpan.Zero, IsCounted: true);
        }

        if (renewed?.Parameter != authorization?.Parameter)
        {
            verdict = await CallAsync(send, renewed, isFirstCall: false, cancellationToken);
            if (verdict is not (Verdict.CredentialRefused, _))
            {
                return Conclude(verdict.Verdict, verdict.After);
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

    private Outcome? Conclude(Verdict verdict, TimeSpan? after)
    {
        switch (verdict)
        {
            case Verdict.Delivered delivered:
                Known = Known with { Uncertain = false };
                return new Outcome.Delivered(delivered.Reference ?? Known.Reference);
            case Verdict.Found found:
                Known = Known with
                {
                    LookedUp = found.Order,
                    Uncertain = false,
                    Reference = found.Order.Reference ?? Known.Reference,
                };
                return null;
            case Verdict.Rejected rejected:
                return new Outcome.Rejected(rejected.Reason);
            case Verdict.Retry { Uncertain: true } retry:
                Known = Known with { LookedUp = null, Uncertain = true };
                return new Outcome.Retry(retry.Reason, after, _tries > 0);
            case Verdict.Retry retry:
                return new Outcome.Retry(retry.Reason, after, _tries > 0);
            default:
                throw new InvalidOperationException($"No conclusion for {verdict}.");
        }
    }

    private async Task<(Verdict Verdict, TimeSpan? After)> CallAsync(
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
            return (new Verdict.Retry("the time to tell the provider has run out", Uncertain: false), TimeSpan.Zero);
        }

        CallResult result;
        try
        {
            result = await channel.CallAsync(send.Request, authorization, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is shutting down; the call may have arrived.
            Known = Known with
            {
                LookedUp = null,
                Uncertain = true,
            };
            throw;
        }

        if (result is CallResult.NotMade notMade)
        {
            return (new Verdict.Retry(notMade.Reason, Uncertain: false), notMade.Wait);
        }

        _tries += isFirstCall ? 1 : 0;
        var (verdict, status, after) = result switch
        {
            CallResult.Answered { Answer: var answer } => (
                Redacted(channel.Provider.Classify(send.Request, answer)),
                answer.StatusCode,
                answer.StatusCode is 429 or 503
                    ? answer.RetryAfter ?? (answer.StatusCode == 429 ? TimeSpan.Zero : null)
                    : null
            ),
            CallResult.Failed failed => (
                Redacted(new Verdict.Retry(failed.Reason, failed.IsUncertain)),
                (int?)null,
                (TimeSpan?)null
            ),
            _ => throw new InvalidOperationException($"No verdict on {result}."),
        };
        var words = (result as CallResult.Answered)?.Answer is { IsSuccess: false } refusal
            ? redactor.Redact(refusal.Sentence)
            : null;
        _attempts.Add(
            new Attempt(
                result.At,
                AttemptCount,
                channel.Provider.Attempts,
                Word(verdict),
                status,
                (long)result.Duration.TotalMilliseconds,
                Detail(send, verdict, words)
            )
        );
        return (verdict, after);
    }

    private Verdict Redacted(Verdict verdict) =>
        verdict switch
        {
            Verdict.Retry retry => retry with { Reason = redactor.Redact(retry.Reason) },
            Verdict.Rejected rejected => rejected with { Reason = redactor.Redact(rejected.Reason) },
            _ => verdict,
        };

    private static string Word(Verdict verdict) =>
        verdict switch
        {
            Verdict.Delivered => "delivered",
            Verdict.Found => "found",
            Verdict.Rejected => "rejected",
            Verdict.CredentialRefused => "credentialRefused",
            _ => "retry",
        };

    private static string Detail(Step.Send send, Verdict verdict, string? words)
    {
        var said = verdict switch
        {
            Verdict.Retry retry => retry.Reason,
            Verdict.Rejected rejected => rejected.Reason,
            _ => words,
        };
        return string.Join("; ", new[] { send.Request.Purpose, send.Note, said }.OfType<string>());
    }
}
