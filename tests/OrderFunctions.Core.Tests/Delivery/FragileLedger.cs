using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>A ledger that a test can take away.</summary>
internal sealed class FragileLedger : ILedger
{
    private readonly InMemoryLedger _inner = new();

    public bool IsDown { get; set; }

    public Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return _inner.FindAsync(orderId, provider, cancellationToken);
    }

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return _inner.ListAsync(orderId, cancellationToken);
    }

    public IAsyncEnumerable<LedgerEntry> ListLeftAsync(
        string provider,
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    )
    {
        ThrowIfDown();
        return _inner.ListLeftAsync(provider, since, until, cancellationToken);
    }

    public Task<LedgerEntry?> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return _inner.TrySaveAsync(entry, cancellationToken);
    }

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new LedgerUnavailableException("The ledger can't be had.");
        }
    }
}
