namespace OrderFunctions.Ledger;

/// <summary>
/// Per order and provider: what was last delivered, the provider's own reference, and the attempts. Every method
/// throws <see cref="LedgerUnavailableException"/> where the ledger can't be had.
/// </summary>
public interface ILedger
{
    Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken);

    Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>
    /// A provider's entries that have a <see cref="LedgerEntry.LeftAt"/> within the time, in no particular order, read
    /// as the caller goes on. Looks through far more than it finds: for a person's request, never for a delivery.
    /// </summary>
    /// <param name="since">The first moment; null: any.</param>
    /// <param name="until">The first moment that is too late; null: none is.</param>
    IAsyncEnumerable<LedgerEntry> ListLeftAsync(
        string provider,
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    );

    /// <summary>Saves the entry if it is still as it was read (its ETag; null: there was none).</summary>
    /// <returns>The entry with its new ETag; null where another has saved it since: read it again.</returns>
    Task<LedgerEntry?> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// As <see cref="TrySaveAsync"/>, where the caller settles the delivery's message next and waits for that: a ledger in
    /// one log with the bus leaves the waiting for the disk to the settlement, which is behind it in the log.
    /// </summary>
    Task<LedgerEntry?> TryConcludeAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        TrySaveAsync(entry, cancellationToken);
}

public static class LedgerChanges
{
    /// <summary>Changes an entry, again and again until nobody else's change came in between.</summary>
    /// <param name="change">Gets the entry as it stands (null: there is none); returns null to leave it so.</param>
    public static async Task ChangeAsync(
        this ILedger ledger,
        string orderId,
        string provider,
        Func<LedgerEntry?, LedgerEntry?> change,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var entry = await ledger.FindAsync(orderId, provider, cancellationToken);
            if (change(entry) is not { } changed || await ledger.TrySaveAsync(changed, cancellationToken) is not null)
            {
                return;
            }
        }
    }

    /// <summary>
    /// The same by <see cref="ILedger.TryConcludeAsync"/>, of an entry that the caller has as it last stood: it is read again
    /// only where somebody has changed it since.
    /// </summary>
    /// <param name="change">Gets the entry as it stands (null: there is none any more).</param>
    public static async Task ConcludeAsync(
        this ILedger ledger,
        LedgerEntry last,
        Func<LedgerEntry?, LedgerEntry> change,
        CancellationToken cancellationToken
    )
    {
        LedgerEntry? entry = last;
        while (await ledger.TryConcludeAsync(change(entry), cancellationToken) is null)
        {
            entry = await ledger.FindAsync(last.OrderId, last.Provider, cancellationToken);
        }
    }
}

/// <summary>The ledger can't be had: nobody can be told of an order now, try again later.</summary>
public sealed class LedgerUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
