using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrderFunctions.Strings;

namespace OrderFunctions.Credentials;

/// <summary>
/// Keeps secrets for a few minutes, with one fetch in flight for each, however many ask; longer while the store can't
/// be asked.
/// </summary>
public sealed class SecretCache(ISecretStore store, TimeProvider timeProvider, ILogger<SecretCache> logger)
{
    /// <summary>How long a rotated secret may go unnoticed where its old value still works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a value is used without the store's word. Deliveries wait for a secret without loss, so it need only
    /// cover the usual outage; it is also how long a secret that was taken back may still be in use.
    /// </summary>
    public static readonly TimeSpan LastGoodLifetime = TimeSpan.FromHours(4);

    /// <summary>How long the store is left alone after a failed fetch, and after one that a refusal asked for.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A delivery waits for four fetches at the most (user and password, each anew after a refusal): together they
    /// stay within the minute that its calls leave of the message's lock.
    /// </summary>
    public static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(12);

    // In a line of the log.
    private const int MostOfReason = 150;

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    /// <exception cref="CredentialUnavailableException">The secret is not to be had.</exception>
    public Task<string> GetAsync(string name, CancellationToken cancellationToken) =>
        GetAsync(name, refused: null, cancellationToken);

    /// <summary>A secret that there need not be.</summary>
    /// <returns>Null where the store says that there is none, which is no trouble and not logged.</returns>
    /// <exception cref="CredentialUnavailableException">The store could not be asked.</exception>
    public async Task<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        _slots.GetOrAdd(name, _ => new Slot { IsOptional = true });
        try
        {
            return await GetAsync(name, cancellationToken);
        }
        catch (CredentialUnavailableException error) when (!error.IsOutage)
        {
            return null;
        }
    }

    /// <summary>Fetches a secret anew whose value a provider refused, unless that has happened since.</summary>
    /// <param name="refused">The value that was refused; it is used again only if the store confirms it.</param>
    /// <exception cref="CredentialUnavailableException">The secret is not to be had.</exception>
    public Task<string> RefreshAsync(string name, string refused, CancellationToken cancellationToken) =>
        GetAsync(name, refused, cancellationToken);

    private async Task<string> GetAsync(string name, string? refused, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(name, _ => new Slot());
        Task<CachedSecret> fetch;
        lock (slot.Gate)
        {
            var now = timeProvider.GetUtcNow();
            slot.Known = refused is null ? slot.Known : slot.Known.Refuse(refused, now);
            if (slot.Known.Fresh(now) is { } fresh)
            {
                return fresh;
            }

            if (!slot.Known.IsPaused(now))
            {
                // Nobody's own: a caller that gives up must not end it for the others.
                slot.Fetch ??= Task.Run(() => FetchAsync(name, slot), CancellationToken.None);
            }

            // The store was down a moment ago: it is asked, but nobody waits for its answer.
            if (slot.Known.LastGood(now) is { } lastGood)
            {
                return lastGood;
            }

            fetch = slot.Fetch ?? Task.FromResult(slot.Known);
        }

        var known = await fetch.WaitAsync(cancellationToken);
        return known.GetValue(timeProvider.GetUtcNow());
    }

    private async Task<CachedSecret> FetchAsync(string name, Slot slot)
    {
        string? value = null;
        CredentialUnavailableException? failure = null;
        using var limit = new CancellationTokenSource(LongestFetch, timeProvider);
        try
        {
            value = await store.GetAsync(name, limit.Token);
        }
        catch (CredentialUnavailableException error)
        {
            failure = error;
        }
#pragma warning disable CA1031 // Whatever went wrong, all who wait for the secret must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = new CredentialUnavailableException($"The secret '{name}' could not be fetched.", error)
            {
                IsOutage = true,
            };
        }

        lock (slot.Gate)
        {
            var now = timeProvider.GetUtcNow();
            var before = slot.Known;
            slot.Known = failure is null ? before.Confirm(value!, now) : before.Fail(failure, now);
            slot.Fetch = null;
            if (!slot.IsOptional || failure is null or { IsOutage: true })
            {
                Log(name, before, slot.Known, failure, now);
            }

            return slot.Known;
        }
    }

    private void Log(
        string name,
        CachedSecret before,
        CachedSecret known,
        CredentialUnavailableException? failure,
        DateTimeOffset now
    )
    {
        if (failure is null)
        {
            if (before.HasFailed)
            {
                SecretLog.Recovered(logger, name);
            }

            return;
        }

        var reason = failure.Message.Shorten(MostOfReason);
        if (known.LastGood(now) is null)
        {
            SecretLog.Unavailable(logger, failure.InnerException, name, reason);
        }
        else
        {
            SecretLog.Stale(logger, failure.InnerException, name, reason, LastGoodLifetime);
        }
    }

    private sealed class Slot
    {
        public Lock Gate { get; } = new();

        /// <summary>That there is none is no trouble.</summary>
        public bool IsOptional { get; init; }

        public CachedSecret Known { get; set; } = CachedSecret.Unknown;

        /// <summary>The fetch that is under way, if any.</summary>
        public Task<CachedSecret>? Fetch { get; set; }
    }
}
