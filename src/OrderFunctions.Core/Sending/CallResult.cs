using OrderFunctions.Providers;

namespace OrderFunctions.Sending;

/// <summary>What came of one call to a provider.</summary>
internal abstract record CallResult
{
    private CallResult() { }

    /// <summary>When the call was made, after any wait for its turn.</summary>
    public DateTimeOffset At { get; init; }

    public TimeSpan Duration { get; init; }

    public sealed record Answered(ProviderAnswer Answer) : CallResult;

    /// <summary>No answer came.</summary>
    /// <param name="IsUncertain">Whether the call may have arrived all the same.</param>
    public sealed record Failed(string Reason, bool IsUncertain) : CallResult;

    /// <summary>The call was not made: circuit open, rate limit reached, or no permits to be had.</summary>
    /// <param name="Wait">Until it may be made; null: nobody knows.</param>
    public sealed record NotMade(string Reason, TimeSpan? Wait) : CallResult;

    /// <summary>Whether it tells that the provider is down, for the circuit breaker.</summary>
    public bool IsOutage => this is Failed || this is Answered { Answer: { IsTransient: true, StatusCode: not 429 } };
}
