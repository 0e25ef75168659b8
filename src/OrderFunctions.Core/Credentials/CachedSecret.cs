namespace OrderFunctions.Credentials;

/// <summary>What is known of one secret, and which value may be used by that. Its members are private lest ToString shows them.</summary>
internal sealed record CachedSecret
{
    public static readonly CachedSecret Unknown = new();

    private string? Value { get; init; }

    private DateTimeOffset ConfirmedAt { get; init; }

    // A provider refused the value, and the store has not confirmed it since.
    private bool IsRefused { get; init; }

    // What the last fetch ended in, if it failed.
    private CredentialUnavailableException? Failure { get; init; }

    private DateTimeOffset QuietUntil { get; init; }

    public bool HasFailed => Failure is not null;

    public CachedSecret Confirm(string value, DateTimeOffset now) =>
        new()
        {
            Value = value,
            ConfirmedAt = now,
            QuietUntil = IsRefused ? now + SecretCache.Pause : QuietUntil,
        };

    /// <summary>After an outage the value is kept; the store's own word that there is none ends it.</summary>
    public CachedSecret Fail(CredentialUnavailableException failure, DateTimeOffset now) =>
        this with
        {
            Value = failure.IsOutage ? Value : null,
            Failure = failure,
            QuietUntil = now + SecretCache.Pause,
        };

    /// <summary>A provider refused a value: it is used no more until the store confirms it, unless it just has.</summary>
    public CachedSecret Refuse(string refused, DateTimeOffset now) =>
        Value == refused && (HasFailed || now >= QuietUntil) ? this with { IsRefused = true } : this;

    /// <summary>The value, if the store need not be asked.</summary>
    public string? Fresh(DateTimeOffset now) => !IsRefused && now < ConfirmedAt + SecretCache.Lifetime ? Value : null;

    /// <summary>The value, if the store can't be asked and it may be used all the same.</summary>
    public string? LastGood(DateTimeOffset now) =>
        Failure is { IsOutage: true } && !IsRefused && now < ConfirmedAt + SecretCache.LastGoodLifetime ? Value : null;

    /// <summary>Whether the store failed so lately that it is left alone.</summary>
    public bool IsQuiet(DateTimeOffset now) => HasFailed && now < QuietUntil;

    /// <summary>What a caller gets after a fetch, or in the pause after a failed one.</summary>
    /// <exception cref="CredentialUnavailableException">The fetch failed, and no earlier value may be used.</exception>
    public string Answer(DateTimeOffset now)
    {
        if (Failure is null)
        {
            return Value!;
        }

        // Not the exception itself: many callers would throw one object at once.
        return LastGood(now)
            ?? throw new CredentialUnavailableException(Failure.Message, Failure.InnerException)
            {
                IsOutage = Failure.IsOutage,
            };
    }
}
