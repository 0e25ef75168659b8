using OrderFunctions.Bus;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Journaling.Tests;

public sealed class JournalBusTests : BusCompliance
{
    private JournalFolder _folder = null!;
    private Journal _journal = null!;

    protected override IBus Bus => _journal.Bus;

    protected override IMessageReceiver Receiver => _journal.Receiver;

    public override Task InitializeAsync()
    {
        _folder = JournalFolder.Make(Time);
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
