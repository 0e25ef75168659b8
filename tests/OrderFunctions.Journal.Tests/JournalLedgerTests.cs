using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Journaling.Tests;

public sealed class JournalLedgerTests : LedgerCompliance
{
    private readonly JournalFolder _folder = JournalFolder.Make();
    private Journal _journal = null!;

    protected override ILedger Ledger => _journal.Ledger;

    public override Task InitializeAsync()
    {
        _journal = _folder.Open();
        return Task.CompletedTask;
    }

    public override Task DisposeAsync()
    {
        _journal.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }
}
