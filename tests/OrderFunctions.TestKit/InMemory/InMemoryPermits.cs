using System.Collections.Concurrent;
using OrderFunctions.Ledger;

namespace OrderFunctions.TestKit.InMemory;

/// <summary>Permits that are forgotten with their process: for tests that need no disk.</summary>
public sealed class InMemoryPermits : IPermitStore
{
    private readonly ConcurrentDictionary<string, Permits> _providers = new(StringComparer.Ordinal);

    public Task<Permits?> FindAsync(string provider, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_providers.GetValueOrDefault(provider));
    }

    public Task<bool> TrySaveAsync(Permits permits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var saved = permits with { ETag = Guid.NewGuid().ToString("N") };
        if (permits.ETag is null)
        {
            return Task.FromResult(_providers.TryAdd(permits.Provider, saved));
        }

        // Two with the same ETag are the same ones, so comparing what was found is comparing ETags.
        var isSaved =
            _providers.TryGetValue(permits.Provider, out var found)
            && found.ETag == permits.ETag
            && _providers.TryUpdate(permits.Provider, saved, found);
        return Task.FromResult(isSaved);
    }
}
