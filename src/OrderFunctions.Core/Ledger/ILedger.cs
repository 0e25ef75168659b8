namespace OrderFunctions.Ledger;

/// <summary>
/// Per order and provider: what was last delivered, the provider's own reference, and the attempts. Every method
/// throws <see cref="LedgerUnavailableException"/> where the ledger can't be had.
/// </summary>
public interface ILedger
{
    Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken);

    Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Saves the entry if it is still as it was read (its ETag; null: there was none).</summary>
    /// <returns>False where another has saved it since: read it again.</returns>
    Task<bool> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken);
}
