using OrderFunctions.Ledger;

namespace OrderFunctions.Local.Preview;

/// <summary>The ledger of a preview: nobody was told of anything yet, and nobody is called.</summary>
internal sealed class NoLedger : ILedger, IPermitStore
{
    public Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken) =>
        Task.FromResult<LedgerEntry?>(null);

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LedgerEntry>>([]);

    public Task<bool> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken) => throw Nothing();

    public Task<Permits?> FindAsync(string provider, CancellationToken cancellationToken) => throw Nothing();

    public Task<bool> TrySaveAsync(Permits permits, CancellationToken cancellationToken) => throw Nothing();

    private static InvalidOperationException Nothing() => new("A preview calls nobody and changes nothing.");
}
