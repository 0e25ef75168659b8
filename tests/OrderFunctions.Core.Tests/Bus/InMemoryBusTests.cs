using OrderFunctions.Bus;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Bus;

public sealed class InMemoryBusTests : BusCompliance
{
    private readonly InMemoryBus _bus;

    public InMemoryBusTests() => _bus = new InMemoryBus(Time);

    protected override IBus Bus => _bus;

    protected override IMessageReceiver Receiver => _bus;

    public override Task InitializeAsync() => Task.CompletedTask;

    public override Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_message_id_of_more_than_128_characters_is_refused()
    {
        var (longest, longer) = (Event(new string('a', 128), "duel"), Event(new string('a', 129), "duel"));
        await Bus.PublishAsync([longest], default);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Bus.PublishAsync([longer], default));
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            Bus.ScheduleAsync("orders-duel", longer, default, default)
        );
    }
}
