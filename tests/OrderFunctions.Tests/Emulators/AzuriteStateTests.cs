using Azure.Data.Tables;
using OrderFunctions.App.Ledger;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Tests.Emulators;

/// <summary>The state records against a real table service: LEDGER_CONNECTION, such as UseDevelopmentStorage=true.</summary>
public sealed class AzuriteStateTests : StateCompliance
{
    private TableClient _table = null!;
    private TableLedger _ledger = null!;

    protected override IStateStore Store => _ledger;

    protected override ILedger Ledger => _ledger;

    public override Task InitializeAsync()
    {
        var connection = Environment.GetEnvironmentVariable("LEDGER_CONNECTION");
        _table = new TableClient(connection, $"ledger{Guid.NewGuid():N}");
        _ledger = new TableLedger(_table);
        return Task.CompletedTask;
    }

    public override async Task DisposeAsync() => await _table.DeleteAsync();
}
