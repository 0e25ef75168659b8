using System.Globalization;
using System.Text.Json;
using OrderFunctions.Ledger;

namespace OrderFunctions.Local.Journaling;

/// <summary>The ledger, kept in the journal: where an entry stands is its ETag.</summary>
internal sealed class JournalLedger(JournalLog log, JournalState state, TimeProvider timeProvider) : ILedger
{
    public async Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = JournalState.KeyOf(orderId, provider);
        Location? found = null;
        var data = await log.ReadAsync(() => found = state.FindEntry(key));
        return data is null ? null : Read(data.Value, found!.Value);
    }

    public async Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken)
    {
        List<string> providers;
        lock (log.Gate)
        {
            providers = [.. state.Providers];
        }

        var entries = new List<LedgerEntry>();
        foreach (var provider in providers)
        {
            if (await FindAsync(orderId, provider, cancellationToken) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    public async Task<bool> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var record = RecordOf(entry);
        Task flushed;
        lock (log.Gate)
        {
            var found = state.FindEntry(record.Key);
            if (entry.ETag != ETagOf(found))
            {
                return false;
            }

            flushed = Save(record, found);
        }

        await flushed.WaitAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// Frees the entries that were claimed when the process before this one ended: it alone could have claimed them.
    /// What it may have told the provider is uncertain. Before anything else is done.
    /// </summary>
    public void FreeDeadClaims()
    {
        lock (log.Gate)
        {
            foreach (var key in state.Claimed)
            {
                var found = state.FindEntry(key)!.Value;
                var entry = Read(log.Read(found), found);
                _ = Save(RecordOf(entry with { Claim = null, Uncertain = true }), found);
            }
        }
    }

    private EntryRecord RecordOf(LedgerEntry entry) =>
        new(
            JournalState.KeyOf(entry.OrderId, entry.Provider),
            entry.Provider,
            timeProvider.GetUtcNow(),
            entry.Claim is not null,
            JsonSerializer.SerializeToUtf8Bytes(entry with { ETag = null }, JournalJson.Default.LedgerEntry)
        );

    private Task Save(EntryRecord record, Location? before) =>
        log.Append(
            record,
            location => state.SetEntry(record.Key, record.Provider, location),
            () => state.SetEntry(record.Key, record.Provider, before)
        );

    private static LedgerEntry Read(ReadOnlyMemory<byte> data, Location location) =>
        JsonSerializer.Deserialize(EntryRecord.Read(data).Json.Span, JournalJson.Default.LedgerEntry)! with
        {
            ETag = ETagOf(location),
        };

    private static string? ETagOf(Location? location) =>
        location is { } found ? string.Create(CultureInfo.InvariantCulture, $"{found.Segment}-{found.Offset}") : null;
}
