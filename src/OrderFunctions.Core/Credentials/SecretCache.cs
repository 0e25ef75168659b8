using System.Collections.Concurrent;

namespace OrderFunctions.Credentials;

/// <summary>Keeps secrets for a few minutes, with one fetch in flight for each, however many ask.</summary>
public sealed class SecretCache(ISecretStore store, TimeProvider timeProvider)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    // While a provider refuses every call, the store is asked for a newer value only so often.
    private static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    /// <exception cref="CredentialUnavailableException">The store has no such secret, or can't be had.</exception>
    public Task<string> GetAsync(string name, CancellationToken cancellationToken) =>
        GetAsync(name, refused: null, cancellationToken);

    /// <summary>Fetches a secret anew whose value a provider refused, unless that has happened since.</summary>
    /// <param name="refused">The value that was refused.</param>
    public Task<string> RefreshAsync(string name, string refused, CancellationToken cancellationToken) =>
        GetAsync(name, refused, cancellationToken);

    private async Task<string> GetAsync(string name, string? refused, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(name, _ => new Slot());
        await slot.Gate.WaitAsync(cancellationToken);
        try
        {
            var now = timeProvider.GetUtcNow();
            var isRefused = refused is not null && slot.Value == refused && now >= slot.NextRefresh;
            if (slot.Value is { } value && now < slot.FreshUntil && !isRefused)
            {
                return value;
            }

            slot.NextRefresh = isRefused ? now + RefreshPause : slot.NextRefresh;
            var fetched = await FetchAsync(name, cancellationToken);
            (slot.Value, slot.FreshUntil) = (fetched, now + Lifetime);
            return fetched;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private async Task<string> FetchAsync(string name, CancellationToken cancellationToken)
    {
        string? value;
        try
        {
            value = await store.FindAsync(name, cancellationToken);
        }
        catch (Exception error)
            when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new CredentialUnavailableException($"The secret '{name}' could not be fetched.", error);
        }

        return value ?? throw new CredentialUnavailableException($"There is no secret '{name}'.");
    }

    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public string? Value { get; set; }

        public DateTimeOffset FreshUntil { get; set; }

        public DateTimeOffset NextRefresh { get; set; }
    }
}
