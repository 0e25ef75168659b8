using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class RetryHandlerTests : RigTest
{
    [Fact]
    public async Task A_delivery_whose_function_crashes_too_often_is_retried_on_the_provider_s_schedule()
    {
        var start = Rig.Time.GetUtcNow();
        await Rig.SubmitAsync("katalys");
        for (var i = 0; i < 10; i++)
        {
            await (await Rig.Bus.ReceiveAsync("orders-katalys", default)).AbandonAsync(default);
        }

        using (var stop = new CancellationTokenSource())
        {
            // The broker gives up on it when it is about to deliver it for the eleventh time.
            var receiving = Rig.Bus.ReceiveAsync("orders-katalys", stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        }

        await Rig.DrainAsync();
        Assert.Equal(0, Rig.Sandbox.State.Count("katalys"));

        await Rig.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(1, Rig.Sandbox.State.Count("katalys"));
        Assert.Equal(start.AddSeconds(30), (await Rig.EntryAsync("katalys")).Attempts[0].At);
    }

    [Fact]
    public async Task A_message_that_is_no_dead_letter_is_parked()
    {
        await Rig.Bus.ScheduleAsync(
            Entities.Retry,
            new BusMessage("stray", "{}"u8.ToArray()),
            Rig.Time.GetUtcNow(),
            default
        );
        await Rig.DrainAsync();

        Assert.Contains("did not come", Assert.Single(await Rig.ParkedAsync()).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_on_a_provider_s_queue_that_is_no_order_event_is_parked_with_all_that_is_wrong()
    {
        var message = new BusMessage("bad", """{"occurredAt":"now","order":{}}"""u8.ToArray()) { Provider = "duel" };
        await Rig.Bus.ScheduleAsync("orders-duel", message, Rig.Time.GetUtcNow(), default);
        await Rig.DrainAsync();

        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal(("duel", DeadLetterReasons.Rejected), (parked.Provider, parked.Reason));
        Assert.Contains("$.occurredAt", parked.Description, StringComparison.Ordinal);
        Assert.Contains("$.order.total: is missing", parked.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_scheduled_twice_is_told_once()
    {
        Rig.Sandbox.State.Misbehave("duel", new() { Status = 500, Times = 1 });
        await Rig.SubmitAsync("duel");
        await Rig.HandleAsync("orders-duel");
        var deadLetter = await Rig.Bus.ReceiveAsync(Entities.Retry, default);
        await Rig.HandleAsync(new NeverCompletes(deadLetter));
        await Rig.AdvanceAsync(Entities.LockDuration);
        await Rig.AdvanceAsync(Entities.LockDuration);

        Assert.Equal(2, Rig.Sandbox.State.Count("duel"));
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel")).State);
    }

    private sealed class NeverCompletes(IMessageLock inner) : IMessageLock
    {
        public ReceivedMessage Received => inner.Received;

        public Task CompleteAsync(CancellationToken cancellationToken) =>
            throw new IOException("The link to the bus broke.");

        public Task AbandonAsync(CancellationToken cancellationToken) => inner.AbandonAsync(cancellationToken);

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken) =>
            inner.DeadLetterAsync(deadLetter, cancellationToken);
    }
}
