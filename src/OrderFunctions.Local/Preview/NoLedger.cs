using OrderFunctions.Ledger;

namespace OrderFunctions.Local.Preview;

/// <summary>The ledger of a preview: nobody was told of anything yet.</summary>
internal sealed class NoLedger : ILedger
{
    public Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken) =>
        Task.FromResult<LedgerEntry?>(null);

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LedgerEntry>>([]);

    public Task<bool> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A preview changes nothing.");
}
