using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.Journaling.Records;
using OrderFunctions.Journaling.State;
using OrderFunctions.Ledger;

namespace OrderFunctions.Journaling;

/// <summary>The ledger and the state records, kept in the journal: where an entry stands is its ETag.</summary>
internal sealed class JournalLedger(JournalLog log, JournalState state, TimeProvider timeProvider)
    : ILedger,
        IStateStore
{
    public async Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken)
    {
        var found = await FindAsync(JournalState.KeyOf(orderId, provider), cancellationToken);
        return found is null ? null : Read(found.Value.Data, found.Value.Location);
    }

    public async Task<StateRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = await FindAsync(JournalState.KeyOf(StateOwner(name)), cancellationToken);
        return found is null
            ? null
            : new StateRecord(name, EntryRecord.Read(found.Value.Data).Content.Unpack())
            {
                ETag = ETagOf(found.Value.Location),
            };
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

    public async IAsyncEnumerable<LedgerEntry> ListLeftAsync(
        string provider,
        DateTimeOffset? since,
        DateTimeOffset? until,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (from, to) = (since ?? DateTimeOffset.MinValue, until ?? DateTimeOffset.MaxValue);
        IReadOnlyList<UInt128> keys;
        lock (log.Gate)
        {
            keys = state.LeftBetween(provider, from, to);
        }

        foreach (var key in keys)
        {
            // It may have changed since, or be gone.
            if (
                await FindAsync(key, cancellationToken) is var (data, location)
                && Read(data, location) is { LeftAt: { } leftAt } entry
                && leftAt >= from
                && leftAt < to
            )
            {
                yield return entry;
            }
        }
    }

    public Task<LedgerEntry?> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        TrySaveAsync(entry, isFlushed: true, cancellationToken);

    public Task<LedgerEntry?> TryConcludeAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        TrySaveAsync(entry, isFlushed: false, cancellationToken);

    public async Task<StateRecord?> TrySaveAsync(StateRecord record, CancellationToken cancellationToken)
    {
        record.ThrowIfInvalid();
        var owner = StateOwner(record.Name);
        var saved = new EntryRecord(
            JournalState.KeyOf(owner),
            owner,
            timeProvider.GetUtcNow(),
            IsClaimed: false,
            Packed.Of(record.Json)
        );
        return await TrySaveAsync(saved, record.ETag, isFlushed: true, cancellationToken) is { } location
            ? record with
            {
                ETag = ETagOf(location),
            }
            : null;
    }

    /// <summary>
    /// Releases the claims of the process before this one, which has ended: it alone could have made them. What it may
    /// have told the provider is uncertain. Before anything else is done.
    /// </summary>
    public void ReleaseClaims()
    {
        lock (log.Gate)
        {
            foreach (var key in state.Claimed)
            {
                var found = state.FindEntry(key)!.Value;
                var entry = Read(log.Read(found), found);
                _ = Save(RecordOf(entry with { Claim = null, MayHaveArrived = true }), found);
            }
        }
    }

    /// <summary>The record without what its entry remembers since before that; the same record where that is nothing.</summary>
    public static EntryRecord WithoutExpired(EntryRecord record, DateTimeOffset rememberedUntil)
    {
        // Versions before the state records kept a rate limit's permits under the provider's name alone.
        if (record.IsState || record.Key == JournalState.KeyOf(record.Provider))
        {
            return record;
        }

        var entry = Read(record.Content);
        return entry.RemembersSince <= rememberedUntil
            ? record with
            {
                Content = Packed.Of(JsonOf(entry.Forget())),
            }
            : record;
    }

    // Where an entry has its provider. An order's key is of two texts, so no order has the key of this one.
    private static string StateOwner(string name) => EntryRecord.StatePrefix + name;

    private async Task<(ReadOnlyMemory<byte> Data, Location Location)?> FindAsync(
        UInt128 key,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        Location? found = null;
        try
        {
            var data = await log.ReadAsync(() => found = state.FindEntry(key));
            return data is null ? null : (data.Value, found!.Value);
        }
        catch (BusUnavailableException error)
        {
            throw LedgerUnavailable(error);
        }
    }

    private async Task<LedgerEntry?> TrySaveAsync(
        LedgerEntry entry,
        bool isFlushed,
        CancellationToken cancellationToken
    ) =>
        await TrySaveAsync(RecordOf(entry), entry.ETag, isFlushed, cancellationToken) is { } location
            ? entry with
            {
                ETag = ETagOf(location),
            }
            : null;

    // Where it stands; null: another has saved it since.
    private async Task<Location?> TrySaveAsync(
        EntryRecord record,
        string? etag,
        bool isFlushed,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Task flushed;
            Location? saved;
            lock (log.Gate)
            {
                var found = state.FindEntry(record.Key);
                if (etag != ETagOf(found))
                {
                    return null;
                }

                flushed = Save(record, found);
                saved = state.FindEntry(record.Key);
            }

            if (isFlushed)
            {
                await flushed;
            }

            return saved;
        }
        catch (BusUnavailableException error)
        {
            throw LedgerUnavailable(error);
        }
    }

    // The log is the bus's and the ledger's; each promises an exception of its own.
    private static LedgerUnavailableException LedgerUnavailable(BusUnavailableException error) =>
        new(error.Message, error);

    private EntryRecord RecordOf(LedgerEntry entry)
    {
        var (isClaimed, json) = (entry.Claim is not null, JsonOf(entry));
        // A claim is over with its delivery.
        var content = isClaimed ? Packed.Plain(json) : Packed.Of(json);
        var key = JournalState.KeyOf(entry.OrderId, entry.Provider);
        return new EntryRecord(key, entry.Provider, timeProvider.GetUtcNow(), isClaimed, content)
        {
            LeftAt = entry.LeftAt,
        };
    }

    private static byte[] JsonOf(LedgerEntry entry) =>
        JsonSerializer.SerializeToUtf8Bytes(entry with { ETag = null }, JournalJson.Default.LedgerEntry);

    private Task Save(EntryRecord record, Location? before)
    {
        var leftBefore = state.LeftAt(record.Key);
        return log.Append(
            record,
            location => state.SetEntry(record.Key, record.Provider, location, record.LeftAt),
            () => state.SetEntry(record.Key, record.Provider, before, leftBefore)
        );
    }

    private static LedgerEntry Read(ReadOnlyMemory<byte> data, Location location) =>
        Read(EntryRecord.Read(data).Content) with
        {
            ETag = ETagOf(location),
        };

    private static LedgerEntry Read(Packed content) =>
        JsonSerializer.Deserialize(content.Unpack().Span, JournalJson.Default.LedgerEntry)!;

    private static string? ETagOf(Location? location) =>
        location is { } found ? string.Create(CultureInfo.InvariantCulture, $"{found.Segment}-{found.Offset}") : null;
}
