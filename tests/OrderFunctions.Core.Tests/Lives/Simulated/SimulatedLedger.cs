using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>A ledger that a worker reaches only when the simulation lets it.</summary>
internal sealed class SimulatedLedger(InMemoryLedger inner) : ILedger
{
    public async Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken)
    {
        var fault = await SimulatedWorker.Current.ArriveAsync(new FaultPoint("read the ledger"), cancellationToken);
        return fault is Fault.None
            ? await inner.FindAsync(orderId, provider, cancellationToken)
            : throw new LedgerUnavailableException("The ledger can't be had.");
    }

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken) =>
        inner.ListAsync(orderId, cancellationToken);

    public IAsyncEnumerable<LedgerEntry> ListLeftAsync(
        string provider,
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    ) => inner.ListLeftAsync(provider, since, until, cancellationToken);

    public async Task<LedgerEntry?> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var worker = SimulatedWorker.Current;
        var fault = await worker.ArriveAsync(new FaultPoint("write the ledger"), cancellationToken);
        if (fault is Fault.NotSent)
        {
            throw new LedgerUnavailableException("The ledger can't be had.");
        }

        var saved = await inner.TrySaveAsync(entry, cancellationToken);
        worker.HasUnrecordedCall &= saved is null;
        return fault is Fault.None ? saved : throw new LedgerUnavailableException("The ledger's answer was lost.");
    }
}
