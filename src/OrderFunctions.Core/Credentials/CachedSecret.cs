namespace OrderFunctions.Credentials;

/// <summary>
/// What is known of one secret: its value, and what the store and the provider have said of it. Its members are private
/// lest ToString shows them.
/// </summary>
internal sealed record CachedSecret
{
    public static readonly CachedSecret Unknown = new();

    private string? Value { get; init; }

    // When the store last said that this is the value.
    private DateTimeOffset ConfirmedAt { get; init; }

    // A provider refused the value, and the store has not confirmed it since.
    private bool IsRefused { get; init; }

    // Until then the store is not asked again because of a refusal: it has just confirmed the refused value.
    private DateTimeOffset RefusalsIgnoredUntil { get; init; }

    // What the last fetch ended in, if it failed.
    private CredentialUnavailableException? Failure { get; init; }

    // Until then the store is not asked again because a fetch failed.
    private DateTimeOffset PausedUntil { get; init; }

    public bool HasFailed => Failure is not null;

    /// <summary>Whether the store failed so lately that it is left alone.</summary>
    public bool IsPaused(DateTimeOffset now) => HasFailed && now < PausedUntil;

    /// <summary>The store said that this is the value.</summary>
    public CachedSecret Confirm(string value, DateTimeOffset now) =>
        new()
        {
            Value = value,
            ConfirmedAt = now,
            RefusalsIgnoredUntil = IsRefused ? now + SecretCache.Pause : RefusalsIgnoredUntil,
        };

    /// <summary>The fetch failed. An outage leaves the value; the store's own word that there is none ends it.</summary>
    public CachedSecret Fail(CredentialUnavailableException failure, DateTimeOffset now) =>
        this with
        {
            Value = failure.IsOutage ? Value : null,
            Failure = failure,
            PausedUntil = now + SecretCache.Pause,
        };

    /// <summary>A provider refused a value: it is used no more until the store confirms it, unless it just has.</summary>
    public CachedSecret Refuse(string refused, DateTimeOffset now)
    {
        var isReplaced = refused != Value;
        var isJustConfirmed = !HasFailed && now < RefusalsIgnoredUntil;
        return isReplaced || isJustConfirmed ? this : this with { IsRefused = true };
    }

    /// <summary>The value, if the store need not be asked.</summary>
    public string? Fresh(DateTimeOffset now)
    {
        var isFresh = !IsRefused && now < ConfirmedAt + SecretCache.Lifetime;
        return isFresh ? Value : null;
    }

    /// <summary>The value, if the store can't be asked and it may be used all the same.</summary>
    public string? LastGood(DateTimeOffset now)
    {
        var isOutage = Failure is { IsOutage: true };
        var isRecent = now < ConfirmedAt + SecretCache.LastGoodLifetime;
        return isOutage && isRecent && !IsRefused ? Value : null;
    }

    /// <summary>What a caller gets after a fetch, or in the pause after a failed one.</summary>
    /// <exception cref="CredentialUnavailableException">The fetch failed, and no earlier value may be used.</exception>
    public string GetValue(DateTimeOffset now)
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
