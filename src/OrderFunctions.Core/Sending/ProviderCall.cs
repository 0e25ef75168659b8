using OrderFunctions.Providers;

namespace OrderFunctions.Sending;

/// <summary>A call to a provider that was made: its response, or why there is none.</summary>
/// <param name="At">When the request was sent, after any wait for its turn.</param>
internal sealed record ProviderCall(
    DateTimeOffset At,
    TimeSpan Duration,
    ProviderResponse? Response,
    CallFailure? Failure
)
{
    /// <summary>Whether it tells that the provider is down, for the circuit breaker.</summary>
    public bool IsOutage => Response is null or { IsTransient: true, StatusCode: not 429 };

    /// <summary>What the call led to, by the provider's rules if it answered.</summary>
    public Outcome OutcomeFor(Provider provider, ProviderRequest request) =>
        Response is { } response
            ? provider.Classify(request, response)
            : new Outcome.Retry(Failure!.Reason, new RetryTiming.Soon(), Failure.MayHaveArrived);
}

/// <summary>Why a call has no response.</summary>
/// <param name="MayHaveArrived">Whether the provider may have got the request all the same.</param>
internal sealed record CallFailure(string Reason, bool MayHaveArrived);

/// <summary>A call was not made.</summary>
/// <param name="reason">For a person.</param>
/// <param name="when">When it may be made.</param>
internal sealed class CallNotMadeException(string reason, RetryTiming when) : Exception(reason)
{
    public RetryTiming When => when;
}
