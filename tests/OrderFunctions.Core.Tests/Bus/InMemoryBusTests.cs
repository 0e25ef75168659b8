using OrderFunctions.Bus;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Bus;

public sealed class InMemoryBusTests : BusCompliance
{
    private readonly InMemoryBus _bus;

    public InMemoryBusTests() => _bus = new InMemoryBus(Time);

    protected override IBus Bus => _bus;

    protected override IMessageReceiver Receiver => _bus;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync() => Task.CompletedTask;
}
