using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OrderFunctions.Ledger;

namespace OrderFunctions.TestKit.InMemory;

/// <summary>A ledger that forgets everything with its process: for tests that need no disk.</summary>
public sealed class InMemoryLedger : ILedger
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, LedgerEntry>> _orders = new(
        StringComparer.Ordinal
    );

    private readonly ConcurrentDictionary<string, int> _uses = new(StringComparer.Ordinal);

    public Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken)
    {
        _uses.AddOrUpdate(provider, 1, (_, uses) => uses + 1);
        return Task.FromResult(
            _orders.TryGetValue(orderId, out var entries) && entries.TryGetValue(provider, out var entry) ? entry : null
        );
    }

    /// <summary>How often a provider's entries were read and saved, together.</summary>
    public int Uses(string provider) => _uses.GetValueOrDefault(provider);

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LedgerEntry>>(
            _orders.TryGetValue(orderId, out var entries)
                ? [.. entries.Values.OrderBy(entry => entry.Provider, StringComparer.Ordinal)]
                : []
        );

    public async IAsyncEnumerable<LedgerEntry> ListLeftAsync(
        string provider,
        DateTimeOffset? since,
        DateTimeOffset? until,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var entries = _orders.Values.SelectMany(order => order.Values).Where(entry => entry.Provider == provider);
        foreach (
            var entry in entries.Where(entry => entry.LeftAt >= (since ?? entry.LeftAt) && !(entry.LeftAt >= until))
        )
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
    }

    public Task<LedgerEntry?> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _uses.AddOrUpdate(entry.Provider, 1, (_, uses) => uses + 1);
        var entries = _orders.GetOrAdd(
            entry.OrderId,
            _ => new ConcurrentDictionary<string, LedgerEntry>(StringComparer.Ordinal)
        );
        var saved = entry with { ETag = Guid.NewGuid().ToString("N") };
        if (entry.ETag is null)
        {
            return Task.FromResult(entries.TryAdd(entry.Provider, saved) ? saved : null);
        }

        // Two entries with the same ETag are the same one, so comparing what was found is comparing ETags.
        var isSaved =
            entries.TryGetValue(entry.Provider, out var found)
            && found.ETag == entry.ETag
            && entries.TryUpdate(entry.Provider, saved, found);
        return Task.FromResult(isSaved ? saved : null);
    }
}
