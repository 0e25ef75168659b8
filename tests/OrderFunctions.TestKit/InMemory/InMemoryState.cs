using System.Collections.Concurrent;
using OrderFunctions.Ledger;

namespace OrderFunctions.TestKit.InMemory;

/// <summary>State records that are forgotten with their process: for tests that need no disk.</summary>
public sealed class InMemoryState : IStateStore
{
    private readonly ConcurrentDictionary<string, StateRecord> _records = new(StringComparer.Ordinal);

    public Task<StateRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_records.GetValueOrDefault(name));
    }

    public Task<StateRecord?> TrySaveAsync(StateRecord record, CancellationToken cancellationToken)
    {
        record.ThrowIfInvalid();
        cancellationToken.ThrowIfCancellationRequested();
        var saved = record with { Json = record.Json.ToArray(), ETag = Guid.NewGuid().ToString("N") };
        // Two with the same ETag are the same ones, so comparing what was found is comparing ETags.
        var isSaved = record.ETag is null
            ? _records.TryAdd(record.Name, saved)
            : _records.TryGetValue(record.Name, out var found)
                && found.ETag == record.ETag
                && _records.TryUpdate(record.Name, saved, found);
        return Task.FromResult(isSaved ? saved : null);
    }
}
