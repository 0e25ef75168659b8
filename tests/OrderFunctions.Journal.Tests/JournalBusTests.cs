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

    [Fact]
    public async Task What_is_due_because_the_clock_was_set_forward_is_received_within_a_minute()
    {
        var message = Messages.Event("a") with { Provider = "duel" };
        await Bus.ScheduleAsync("orders-duel", message, Time.GetUtcNow().AddHours(10), default);
        var receiving = Receiver.ReceiveAsync("orders-duel", default);
        Time.Jump(TimeSpan.FromHours(10));
        Time.Advance(TimeSpan.FromMinutes(1));

        var received = await receiving.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("a", received.Received.Message.EventId);
    }
}
