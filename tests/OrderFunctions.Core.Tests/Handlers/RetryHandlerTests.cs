using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Handlers;

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
    public async Task A_delivery_that_the_broker_gave_up_is_parked_with_the_provider_s_last_answer()
    {
        Rig.Sandbox.State.InjectFault("duel", new() { Status = 503, Body = "overloaded" });
        await Rig.SubmitAsync("duel");
        var first = await Rig.Bus.ReceiveAsync("orders-duel", default);
        await first.CompleteAsync(default);
        // Its last attempt.
        await Rig.Bus.ScheduleAsync(
            "orders-duel",
            first.Received.Message with
            {
                Retries = 5,
            },
            Rig.Time.GetUtcNow(),
            default
        );
        await Rig.HandleAsync(new NeverSettles(await Rig.Bus.ReceiveAsync("orders-duel", default)));
        Rig.Time.Advance(Entities.LockDuration);
        for (var i = 1; i < Entities.MostDeliveries; i++)
        {
            await (await Rig.Bus.ReceiveAsync("orders-duel", default)).AbandonAsync(default);
        }

        Assert.Null(Rig.Bus.TryReceive("orders-duel"));
        await Rig.DrainAsync();

        var parked = Assert.Single(await Rig.ParkedAsync());
        Assert.Equal(DeadLetterReasons.RetriesExhausted, parked.Reason);
        Assert.Equal(
            "MaxDeliveryCountExceeded: The message was delivered 10 times without being settled. "
                + "The last attempt failed: upsert; answered 503: overloaded",
            parked.Description
        );
        Assert.Equal(parked.Description, (await Rig.EntryAsync("duel")).Reason);
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
        Rig.Sandbox.State.InjectFault("duel", new() { Status = 500, Times = 1 });
        await Rig.SubmitAsync("duel");
        await Rig.HandleAsync("orders-duel");
        var deadLetter = await Rig.Bus.ReceiveAsync(Entities.Retry, default);
        await Rig.HandleAsync(new NeverSettles(deadLetter));
        await Rig.AdvanceAsync(Entities.LockDuration);
        await Rig.AdvanceAsync(Entities.LockDuration);

        Assert.Equal(2, Rig.Sandbox.State.Count("duel"));
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel")).State);
    }

    private sealed class NeverSettles(IMessageLock inner) : IMessageLock
    {
        public ReceivedMessage Received => inner.Received;

        public Task CompleteAsync(CancellationToken cancellationToken) =>
            throw new IOException("The link to the bus broke.");

        public Task AbandonAsync(CancellationToken cancellationToken) =>
            throw new IOException("The link to the bus broke.");

        public Task DeadLetterAsync(DeadLetter deadLetter, CancellationToken cancellationToken) =>
            throw new IOException("The link to the bus broke.");
    }
}
