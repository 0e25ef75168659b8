using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Ledger;

public sealed class InMemoryStateTests : StateCompliance
{
    protected override IStateStore Store { get; } = new InMemoryState();

    protected override ILedger Ledger { get; } = new InMemoryLedger();

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync() => Task.CompletedTask;
}
