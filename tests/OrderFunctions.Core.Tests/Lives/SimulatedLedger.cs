using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>A ledger that a worker reaches only when the simulation lets it.</summary>
internal sealed class SimulatedLedger(InMemoryLedger inner) : ILedger
{
    public async Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken)
    {
        var passage = await SimulatedWorker.Current.ArriveAsync(new Door("read the ledger"), cancellationToken);
        return passage is Passage.Through
            ? await inner.FindAsync(orderId, provider, cancellationToken)
            : throw new LedgerUnavailableException("The ledger can't be had.");
    }

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken) =>
        inner.ListAsync(orderId, cancellationToken);

    public async Task<bool> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var worker = SimulatedWorker.Current;
        var passage = await worker.ArriveAsync(new Door("write the ledger"), cancellationToken);
        if (passage is Passage.Failed)
        {
            throw new LedgerUnavailableException("The ledger can't be had.");
        }

        var isSaved = await inner.TrySaveAsync(entry, cancellationToken);
        worker.HasUnrecordedCall &= !isSaved;
        return passage is Passage.Through
            ? isSaved
            : throw new LedgerUnavailableException("The ledger's answer was lost.");
    }
}
