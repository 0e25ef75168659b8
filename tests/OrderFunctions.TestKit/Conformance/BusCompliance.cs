using System.Collections.Concurrent;
using System.Text;
using OrderFunctions.Bus;
using Xunit;

namespace OrderFunctions.TestKit.Conformance;

/// <summary>What every bus must do; each bus's tests inherit it.</summary>
public abstract class BusCompliance : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    protected ManualTime Time { get; } = new();

    protected abstract IBus Bus { get; }

    protected abstract IMessageReceiver Receiver { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task An_event_comes_to_every_provider_s_queue()
    {
        await Bus.PublishAsync([Event("a", Samples.ProviderNames)], default);

        foreach (var queue in Samples.ProviderNames.Select(Entities.QueueOf))
        {
            var received = await ReceiveAsync(queue);
            Assert.Equal("a", received.Received.Message.EventId);
            Assert.Equal(queue["orders-".Length..], received.Received.Message.Provider);
            Assert.Equal(1, received.Received.DeliveryCount);
        }
    }

    [Fact]
    public async Task Properties_and_body_arrive_as_they_were_sent()
    {
        var sent = Event("a", "duel") with
        {
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            AcceptedAt = Time.GetUtcNow(),
            AskedAgain = new AskedAgain(["duel", "retrack"], Time.GetUtcNow(), "kim", IsForced: true),
        };
        await Bus.PublishAsync([sent], default);

        var message = (await ReceiveAsync("orders-duel")).Received.Message;

        Assert.Equal("body of a", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(
            ("order-a", sent.TraceParent, sent.AcceptedAt, 0, 0, 0),
            (
                message.OrderId,
                message.TraceParent,
                message.AcceptedAt,
                message.Retries,
                message.Attempts,
                message.Replays
            )
        );
        Assert.Equivalent(sent.AskedAgain, message.AskedAgain, strict: true);
    }

    [Fact]
    public async Task The_same_event_published_again_is_dropped()
    {
        await Bus.PublishAsync([Event("a", "duel"), Event("a", "duel")], default);
        await Bus.PublishAsync([Event("a", "duel")], default);

        await (await ReceiveAsync("orders-duel")).CompleteAsync(default);

        await AssertNothingAsync("orders-duel");
    }

    [Fact]
    public async Task The_same_event_is_taken_again_after_the_window()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        await (await ReceiveAsync("orders-duel")).CompleteAsync(default);
        Time.Advance(TimeSpan.FromDays(7));

        await Bus.PublishAsync([Event("a", "duel")], default);

        await ReceiveAsync("orders-duel");
    }

    [Fact]
    public async Task Messages_come_in_the_order_in_which_they_were_published()
    {
        await Bus.PublishAsync([.. Enumerable.Range(0, 20).Select(i => Event($"{i}", "duel"))], default);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal($"{i}", (await ReceiveAsync("orders-duel")).Received.Message.EventId);
        }
    }

    [Fact]
    public async Task A_locked_message_comes_to_nobody_else()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        await ReceiveAsync("orders-duel");

        await AssertNothingAsync("orders-duel");
    }

    [Fact]
    public async Task A_completed_message_never_comes_again()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        await (await ReceiveAsync("orders-duel")).CompleteAsync(default);
        Time.Advance(TimeSpan.FromDays(1));

        await AssertNothingAsync("orders-duel");
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_at_once_and_is_counted()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        await (await ReceiveAsync("orders-duel")).AbandonAsync(default);

        Assert.Equal(2, (await ReceiveAsync("orders-duel")).Received.DeliveryCount);
    }

    [Fact]
    public async Task A_message_whose_lock_ran_out_comes_again_and_its_first_receiver_can_settle_it_no_more()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        var first = await ReceiveAsync("orders-duel");
        Time.Advance(TimeSpan.FromMinutes(5));

        var second = await ReceiveAsync("orders-duel");

        Assert.Equal(2, second.Received.DeliveryCount);
        await Assert.ThrowsAnyAsync<Exception>(() => first.CompleteAsync(default));
        await second.CompleteAsync(default);
    }

    [Fact]
    public async Task A_message_is_settled_once()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        var message = await ReceiveAsync("orders-duel");
        await message.CompleteAsync(default);

        await Assert.ThrowsAnyAsync<Exception>(() => message.AbandonAsync(default));
    }

    [Fact]
    public async Task A_scheduled_message_comes_when_it_is_due_and_not_before()
    {
        await Bus.ScheduleAsync(
            "orders-duel",
            Event("a") with
            {
                Retries = 2,
                Attempts = 3,
                Waits = 4,
            },
            Time.GetUtcNow().AddMinutes(5),
            default
        );
        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        await AssertNothingAsync("orders-duel");
        Time.Advance(TimeSpan.FromTicks(1));

        var message = (await ReceiveAsync("orders-duel")).Received.Message;

        Assert.Equal((2, 3, 4), (message.Retries, message.Attempts, message.Waits));
    }

    [Fact]
    public async Task A_receiver_that_waits_gets_a_message_that_comes_later()
    {
        var waiting = Receiver.ReceiveAsync("orders-duel", default);
        Assert.False(waiting.IsCompleted);

        await Bus.PublishAsync([Event("a", "duel")], default);

        Assert.Equal("a", (await waiting.WaitAsync(Patience)).Received.Message.EventId);
    }

    [Fact]
    public async Task A_receiver_that_waits_gets_a_scheduled_message_when_it_is_due()
    {
        await Bus.ScheduleAsync("orders-duel", Event("a"), Time.GetUtcNow().AddHours(10), default);
        var waiting = Receiver.ReceiveAsync("orders-duel", default);
        Assert.False(waiting.IsCompleted);

        Time.Advance(TimeSpan.FromHours(10));

        Assert.Equal("a", (await waiting.WaitAsync(Patience)).Received.Message.EventId);
    }

    [Fact]
    public async Task A_receiver_stops_waiting_when_told_so()
    {
        using var stop = new CancellationTokenSource();
        var waiting = Receiver.ReceiveAsync("orders-duel", stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_dead_letter_comes_to_the_retry_queue_with_its_reason_and_where_it_came_from()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        var due = Time.GetUtcNow().AddMinutes(5);
        var deadLetter = new DeadLetter(DeadLetterReasons.Retry, "answered 500", due, 1, 1) { Waits = 2 };
        await (await ReceiveAsync("orders-duel")).DeadLetterAsync(deadLetter, default);

        var received = (await ReceiveAsync(Entities.Retry)).Received;

        Assert.Equal(deadLetter, received.DeadLetter);
        Assert.Equal("orders-duel", received.Source);
        Assert.Equal("body of a", Encoding.UTF8.GetString(received.Message.Body.Span));
        Assert.Equal(1, received.DeliveryCount);
    }

    [Fact]
    public async Task The_turn_that_failed_is_known_to_the_retry_and_to_the_replay_after_it()
    {
        const string sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        const string turn = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
        await Bus.PublishAsync([Event("a", "duel") with { TraceParent = sent }], default);
        var deadLetter = new DeadLetter(DeadLetterReasons.Rejected, "because", null, 0, 1);
        var first = await ReceiveAsync("orders-duel");
        await first.DeadLetterAsync(deadLetter with { LastTurn = turn }, default);
        var dead = await ReceiveAsync(Entities.Retry);
        await dead.DeadLetterAsync(deadLetter, default);
        await Bus.ReplayAsync(new ParkedFilter(), 1, default);
        var replayed = (await ReceiveAsync("orders-duel")).Received.Message;

        Assert.Null(first.Received.Message.LastTurn);
        Assert.Equal((sent, turn), (dead.Received.Message.TraceParent, dead.Received.Message.LastTurn));
        Assert.Equal((sent, turn), (replayed.TraceParent, replayed.LastTurn));
        await Bus.ScheduleAsync("orders-duel", replayed, Time.GetUtcNow(), default);
        Assert.Equal(turn, (await ReceiveAsync("orders-duel")).Received.Message.LastTurn);
    }

    [Theory]
    [InlineData(4097, 1)]
    [InlineData(1, 4097)]
    public async Task A_reason_or_description_longer_than_Service_Bus_takes_is_refused_and_the_message_stays_locked(
        int reason,
        int description
    )
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        var message = await ReceiveAsync("orders-duel");

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            message.DeadLetterAsync(NewDeadLetter(reason, description), default)
        );

        await AssertNothingAsync("orders-duel");
        await message.DeadLetterAsync(NewDeadLetter(4096, 4096), default);
        Assert.Equal(NewDeadLetter(4096, 4096), (await ReceiveAsync(Entities.Retry)).Received.DeadLetter);

        static DeadLetter NewDeadLetter(int reason, int description) =>
            new(new string('r', reason), new string('d', description), null, 0, 1);
    }

    [Fact]
    public async Task A_message_delivered_too_often_is_dead_lettered_by_the_bus()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        for (var i = 0; i < Entities.MostDeliveries; i++)
        {
            await (await ReceiveAsync("orders-duel")).AbandonAsync(default);
        }

        await AssertNothingAsync("orders-duel");
        var received = (await ReceiveAsync(Entities.Retry)).Received;
        Assert.Equal(DeadLetterReasons.MaxDeliveryCountExceeded, received.DeadLetter!.Reason);
        Assert.Null(received.DeadLetter.RetryAt);
    }

    [Fact]
    public async Task A_dead_letter_of_the_retry_queue_is_parked()
    {
        await ParkAsync("a", "Rejected", attempts: 3);

        var parked = Assert.Single((await ListAsync(new ParkedFilter())).Items);

        Assert.Equal(
            ("duel", "order-a", "a", "Rejected", "because", 3, Time.GetUtcNow()),
            (
                parked.Provider,
                parked.OrderId,
                parked.EventId,
                parked.Reason,
                parked.Description,
                parked.Attempts,
                parked.ParkedAt
            )
        );
    }

    [Fact]
    public async Task Parked_deliveries_are_listed_oldest_first_page_by_page()
    {
        foreach (var id in "abcde")
        {
            await ParkAsync($"{id}", "Rejected");
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        var seen = new List<string?>();
        long? next = null;
        do
        {
            var page = await Bus.ListParkedAsync(new ParkedFilter(), 2, next, default);
            Assert.InRange(page.Items.Count, 1, 2);
            seen.AddRange(page.Items.Select(item => item.EventId));
            next = page.Next;
        } while (next is not null);

        Assert.Equal(["a", "b", "c", "d", "e"], seen);
    }

    [Theory]
    [InlineData("DUEL", null, null, 2)]
    [InlineData("retrack", null, null, 0)]
    [InlineData(null, "order-b", null, 1)]
    [InlineData(null, "ORDER-B", null, 0)]
    [InlineData(null, null, "rejected", 1)]
    [InlineData("duel", "order-a", "RetriesExhausted", 0)]
    public async Task Parked_deliveries_are_found_by_provider_order_and_reason(
        string? provider,
        string? orderId,
        string? reason,
        int count
    )
    {
        await ParkAsync("a", "Rejected");
        await ParkAsync("b", "RetriesExhausted");

        Assert.Equal(count, (await ListAsync(new ParkedFilter(provider, orderId, reason))).Items.Count);
    }

    [Fact]
    public async Task A_replayed_delivery_goes_back_to_its_queue_with_a_fresh_budget()
    {
        await ParkAsync("a", "RetriesExhausted", attempts: 6);

        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter("duel"), 10, default));

        var received = (await ReceiveAsync("orders-duel")).Received;
        Assert.Equal(
            ("a", "duel", 0, 0, 0, 1),
            (
                received.Message.EventId,
                received.Message.Provider,
                received.Message.Retries,
                received.Message.Attempts,
                received.Message.Waits,
                received.Message.Replays
            )
        );
        Assert.Equal(1, received.DeliveryCount);
        Assert.Null(received.DeadLetter);
        Assert.Empty((await ListAsync(new ParkedFilter())).Items);
    }

    [Fact]
    public async Task A_click_stays_a_click_through_retry_parking_and_replay()
    {
        var click = new BusMessage("c-1", "body"u8.ToArray())
        {
            Kind = MessageKind.Click,
            EventId = "click-1",
            Provider = "avantlink",
            AcceptedAt = Time.GetUtcNow(),
        };
        var deadLetter = new DeadLetter("Rejected", "because", null, 0, 1) { Waits = 1 };
        await Bus.ScheduleAsync("orders-avantlink", click, Time.GetUtcNow(), default);
        var sent = await ReceiveAsync("orders-avantlink");
        await sent.DeadLetterAsync(deadLetter, default);
        var dead = await ReceiveAsync(Entities.Retry);
        await dead.DeadLetterAsync(deadLetter, default);
        var parked = Assert.Single((await ListAsync(new ParkedFilter("avantlink"))).Items);
        await Bus.ReplayAsync(new ParkedFilter(), 1, default);
        var replayed = (await ReceiveAsync("orders-avantlink")).Received.Message;

        Assert.Equal((MessageKind.Click, null, "click-1"), (parked.Kind, parked.OrderId, parked.EventId));
        Assert.All(
            [sent.Received.Message, dead.Received.Message, replayed],
            message =>
                Assert.Equal(
                    (MessageKind.Click, "click-1", null, "avantlink", click.AcceptedAt),
                    (message.Kind, message.EventId, message.OrderId, message.Provider, message.AcceptedAt)
                )
        );
        Assert.Equal("body", Encoding.UTF8.GetString(replayed.Body.Span));
    }

    [Fact]
    public async Task An_order_event_is_no_click()
    {
        await ParkAsync("a", "Rejected");

        Assert.Equal(MessageKind.Order, Assert.Single((await ListAsync(new ParkedFilter())).Items).Kind);
    }

    [Fact]
    public async Task A_replay_takes_the_oldest_first_and_no_more_than_asked()
    {
        foreach (var id in "abc")
        {
            await ParkAsync($"{id}", "Rejected");
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, await Bus.ReplayAsync(new ParkedFilter(), 2, default));

        Assert.Equal("c", Assert.Single((await ListAsync(new ParkedFilter())).Items).EventId);
    }

    [Fact]
    public async Task What_waits_for_a_provider_is_counted_until_it_is_settled_and_then_what_is_parked()
    {
        var accepted = Time.GetUtcNow();
        await Bus.PublishAsync([Event("a", Samples.ProviderNames) with { AcceptedAt = accepted }], default);
        Time.Advance(TimeSpan.FromMinutes(1));
        await Bus.ScheduleAsync("orders-duel", Event("b"), Time.GetUtcNow(), default);
        var came = Time.GetUtcNow();
        await Bus.ScheduleAsync(
            "orders-duel",
            Event("c") with
            {
                AcceptedAt = accepted.AddMinutes(30),
            },
            accepted.AddDays(1),
            default
        );

        Assert.Equal(new ProviderBacklog(3, accepted, 0), await BacklogAsync("duel"));
        Assert.Equal(new ProviderBacklog(1, accepted, 0), await BacklogAsync("katalys"));
        await (await ReceiveAsync("orders-katalys")).CompleteAsync(default);
        Assert.Equal(new ProviderBacklog(0, null, 0), await BacklogAsync("katalys"));

        var first = await ReceiveAsync("orders-duel");
        Assert.Equal(3, (await BacklogAsync("duel")).Waiting);

        await first.CompleteAsync(default);
        Assert.Equal(new ProviderBacklog(2, came, 0), await BacklogAsync("duel"));

        var deadLetter = new DeadLetter("Rejected", "because", null, 0, 1);
        await (await ReceiveAsync("orders-duel")).DeadLetterAsync(deadLetter, default);
        await (await ReceiveAsync(Entities.Retry)).DeadLetterAsync(deadLetter, default);
        Assert.Equal(new ProviderBacklog(1, accepted.AddMinutes(30), 1), await BacklogAsync("duel"));

        await Bus.ReplayAsync(new ParkedFilter(), 1, default);
        Assert.Equal((2, 0), ((await BacklogAsync("duel")).Waiting, (await BacklogAsync("duel")).Parked));
    }

    [Fact]
    public async Task What_waits_because_nobody_could_be_called_is_brought_forward_and_nothing_else()
    {
        var now = Time.GetUtcNow();
        foreach (var id in new[] { "put-off-1", "put-off-2" })
        {
            await ScheduleAsync(id, now.AddMinutes(15), waits: 5);
        }

        await ScheduleAsync("put-off-but-sooner", now.AddSeconds(5), waits: 1);
        await ScheduleAsync("failed", now.AddMinutes(5), waits: 0);
        await Bus.ScheduleAsync("orders-katalys", Event("elsewhere") with { Waits = 1 }, now.AddMinutes(1), default);

        Assert.Equal(2, await Bus.BringForwardAsync("orders-duel", now.AddSeconds(10), default));

        await AssertNothingAsync("orders-duel");
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("put-off-but-sooner", await NextAsync());
        await AssertNothingAsync("orders-duel");
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("put-off-1", await NextAsync());
        var last = await ReceiveAsync("orders-duel");
        await last.CompleteAsync(default);
        var second = last.Received;
        Assert.Equal(("put-off-2", 1), (second.Message.EventId, second.DeliveryCount));
        Assert.Equal(
            ("body of put-off-2", "order-put-off-2", 1, 2, 5, now),
            (
                Encoding.UTF8.GetString(second.Message.Body.Span),
                second.Message.OrderId,
                second.Message.Retries,
                second.Message.Attempts,
                second.Message.Waits,
                second.Message.AcceptedAt
            )
        );
        await AssertNothingAsync("orders-katalys");
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("failed", await NextAsync());
        Time.Advance(TimeSpan.FromMinutes(15));
        await AssertNothingAsync("orders-duel");

        Task ScheduleAsync(string id, DateTimeOffset due, int waits) =>
            Bus.ScheduleAsync(
                "orders-duel",
                Event(id) with
                {
                    Retries = 1,
                    Attempts = 2,
                    Waits = waits,
                    AcceptedAt = now,
                },
                due,
                default
            );

        async Task<string?> NextAsync()
        {
            var message = await ReceiveAsync("orders-duel");
            await message.CompleteAsync(default);
            return message.Received.Message.EventId;
        }
    }

    [Fact]
    public async Task Many_that_were_put_off_are_brought_forward_together_and_none_is_lost_or_doubled()
    {
        var now = Time.GetUtcNow();
        for (var i = 0; i < 250; i++)
        {
            await Bus.ScheduleAsync("orders-duel", Event($"{i}") with { Waits = 1 }, now.AddMinutes(10), default);
        }

        Assert.Equal(250, await Bus.BringForwardAsync("orders-duel", now, default));
        Assert.Equal(0, await Bus.BringForwardAsync("orders-duel", now, default));

        for (var i = 0; i < 250; i++)
        {
            var message = await ReceiveAsync("orders-duel");
            Assert.Equal($"{i}", message.Received.Message.EventId);
            await message.CompleteAsync(default);
        }

        Time.Advance(TimeSpan.FromMinutes(10));
        await AssertNothingAsync("orders-duel");
    }

    [Fact]
    public async Task What_is_taken_and_goes_nowhere_is_gone()
    {
        await ParkAsync("a", "Rejected");
        await ParkAsync("b", "Rejected");

        var (taken, next) = await TakeAsync(new ParkedTake(new ParkedFilter(OrderId: "order-a"), await LastAsync()));

        Assert.Equal(["a"], taken);
        Assert.Null(next);
        Assert.Equal("b", Assert.Single((await ListAsync(new ParkedFilter())).Items).EventId);
        await AssertNothingAsync("orders-duel");
    }

    [Fact]
    public async Task A_take_ends_where_it_is_full_and_the_next_goes_on_from_there()
    {
        foreach (var id in "abcde")
        {
            await ParkAsync($"{id}", "Rejected");
        }

        var take = new ParkedTake(new ParkedFilter(), await LastAsync()) { Most = 2 };
        var all = new List<string>();
        var takes = 0;
        for (long? next = 0; next is { } after; takes++)
        {
            (var taken, next) = await TakeAsync(take with { After = after });
            all.AddRange(taken.Order());
        }

        Assert.Equal((3, "abcde"), (takes, string.Concat(all)));
    }

    [Fact]
    public async Task What_is_parked_after_the_last_place_was_asked_for_is_not_taken()
    {
        await ParkAsync("a", "Rejected");
        var last = await LastAsync();
        await ParkAsync("b", "Rejected");

        Assert.Equal(["a"], (await TakeAsync(new ParkedTake(new ParkedFilter(), last))).Taken);
        Assert.True(await LastAsync() > last);
    }

    [Fact]
    public async Task While_nothing_is_parked_there_is_nothing_to_take()
    {
        Assert.Empty((await TakeAsync(new ParkedTake(new ParkedFilter(), await LastAsync()))).Taken);
        Assert.Empty((await TakeAsync(new ParkedTake(new ParkedFilter(), long.MaxValue))).Taken);
    }

    [Fact]
    public async Task What_can_not_be_dealt_with_stays_parked_and_can_be_taken_again()
    {
        await ParkAsync("a", "Rejected");
        await ParkAsync("b", "Rejected");
        var take = new ParkedTake(new ParkedFilter(), await LastAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Bus.TakeParkedAsync(
                take with
                {
                    Filter = new ParkedFilter(OrderId: "order-b"),
                },
                (_, _) => Task.FromException<HandledParked>(new InvalidOperationException()),
                default
            )
        );

        Assert.Equal(2, (await ListAsync(new ParkedFilter())).Items.Count);
        Assert.Equal(["a", "b"], (await TakeAsync(take)).Taken.Order());
    }

    [Fact]
    public async Task A_take_ends_when_its_time_is_up_and_the_next_has_the_rest()
    {
        for (var i = 0; i < 300; i++)
        {
            await ParkAsync($"{i}", "Rejected");
        }

        var take = new ParkedTake(new ParkedFilter(), await LastAsync()) { AtMost = TimeSpan.FromSeconds(10) };
        var (first, next) = await TakeAsync(take, () => Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.InRange(first.Count, 10, 299);

        var all = first.ToList();
        while (next is { } after)
        {
            (var taken, next) = await TakeAsync(
                take with
                {
                    After = after,
                },
                () => Time.Advance(TimeSpan.FromSeconds(1))
            );
            all.AddRange(taken);
        }

        Assert.Equal(300, all.Distinct().Count());
        Assert.Empty((await ListAsync(new ParkedFilter())).Items);
    }

    [Fact]
    public async Task Parked_deliveries_are_found_by_when_they_were_parked_by_id_and_by_how_often_they_were_replayed()
    {
        await ParkAsync("a", "Rejected");
        await Bus.ReplayAsync(new ParkedFilter(), 1, default);
        await (await ReceiveAsync("orders-duel")).DeadLetterAsync(NewDeadLetter("Rejected", 1), default);
        await (await ReceiveAsync(Entities.Retry)).DeadLetterAsync(NewDeadLetter("Rejected", 1), default);
        var first = Time.GetUtcNow();
        Time.Advance(TimeSpan.FromSeconds(1));
        await ParkAsync("b", "Rejected");
        var id = (await ListAsync(new ParkedFilter())).Items[1].Id;

        Assert.Equal("ab", await FoundAsync(new ParkedFilter { Since = first }));
        Assert.Equal("b", await FoundAsync(new ParkedFilter { Since = first.AddTicks(1) }));
        Assert.Equal("", await FoundAsync(new ParkedFilter { Until = first }));
        Assert.Equal("a", await FoundAsync(new ParkedFilter { Until = first.AddTicks(1) }));
        Assert.Equal("b", await FoundAsync(new ParkedFilter { Ids = [id] }));
        Assert.Equal("b", await FoundAsync(new ParkedFilter { MostReplays = 0 }));
        Assert.Equal("ab", await FoundAsync(new ParkedFilter { MostReplays = 1 }));
    }

    [Fact]
    public async Task A_replay_is_counted_each_time_and_the_count_outlives_retries()
    {
        await ParkAsync("a", "Rejected");
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(), 1, default));
            var sent = await ReceiveAsync("orders-duel");
            Assert.Equal(i, sent.Received.Message.Replays);
            await sent.DeadLetterAsync(NewDeadLetter("Rejected", 1), default);
            await (await ReceiveAsync(Entities.Retry)).DeadLetterAsync(NewDeadLetter("Rejected", 1), default);
            Assert.Equal(i, Assert.Single((await ListAsync(new ParkedFilter())).Items).Replays);
        }
    }

    [Fact]
    public async Task A_job_s_message_comes_to_the_retry_queue_as_it_was_sent_and_is_no_dead_letter()
    {
        var due = Time.GetUtcNow().AddMinutes(1);
        var job = new BusMessage("j", "{}"u8.ToArray()) { Kind = MessageKind.Job };
        await Bus.ScheduleAsync(Entities.Retry, job, due, default);
        await AssertNothingAsync(Entities.Retry);
        Time.Advance(TimeSpan.FromMinutes(1));

        var received = (await ReceiveAsync(Entities.Retry)).Received;

        Assert.Equal(("j", MessageKind.Job), (received.Message.Id, received.Message.Kind));
        Assert.Equal((null, null, null), (received.Source, received.DeadLetter, received.Message.Provider));
    }

    [Theory]
    [InlineData("""{"eventId":"e","order":{"lines":[{"total":1}],"total":12.50,"currency":"EUR"}}""", "12.50 EUR")]
    [InlineData("""{"order":{"currency":"JPY","total":-3}}""", "-3 JPY")]
    [InlineData("""{"order":{"total":12}}""", "")]
    [InlineData("""{"order":{"total":"12","currency":"EUR"}}""", "")]
    [InlineData("""{"order":{"total":12,"currency":"\u0045UR"}}""", "")]
    [InlineData("""{"order":{"total":1e15,"currency":"EUR"}}""", "")]
    [InlineData("""{"order":{"total":1e999,"currency":"EUR"}}""", "")]
    [InlineData("""{"order":[12,"EUR"]}""", "")]
    [InlineData("""{"order":{"total":12,"currency":"EUR""", "")]
    [InlineData("no JSON", "")]
    [InlineData("", "")]
    public async Task What_a_parked_order_comes_to_is_read_off_its_event(string body, string expected)
    {
        var message = new BusMessage("a", Encoding.UTF8.GetBytes(body)) { Provider = "duel" };
        await Bus.ScheduleAsync("orders-duel", message, Time.GetUtcNow(), default);
        await (await ReceiveAsync("orders-duel")).DeadLetterAsync(NewDeadLetter("Rejected", 1), default);
        await (await ReceiveAsync(Entities.Retry)).DeadLetterAsync(NewDeadLetter("Rejected", 1), default);

        var parked = Assert.Single((await ListAsync(new ParkedFilter())).Items);

        var stated = FormattableString.Invariant($"{parked.Amount} {parked.Currency}").Trim();
        Assert.Equal(expected, stated);
    }

    [Fact]
    public async Task A_hundred_publishers_and_receivers_lose_nothing_and_double_nothing()
    {
        var publishing = Enumerable
            .Range(0, 100)
            .Select(i => Task.Run(() => Bus.PublishAsync([Event($"{i}", "duel")], default)));
        var receiving = Enumerable
            .Range(0, 100)
            .Select(_ =>
                Task.Run(async () =>
                {
                    var message = await ReceiveAsync("orders-duel");
                    await message.CompleteAsync(default);
                    return message.Received.Message.EventId;
                })
            );
        var received = Task.WhenAll(receiving.ToList());
        await Task.WhenAll(publishing);

        Assert.Equal(100, (await received).Distinct().Count());
        await AssertNothingAsync("orders-duel");
    }

    protected static BusMessage Event(string id, params string[] providers) =>
        new(id, Encoding.UTF8.GetBytes($"body of {id}"))
        {
            EventId = id,
            OrderId = $"order-{id}",
            Provider = providers.Length == 0 ? "duel" : null,
            Providers = providers,
        };

    protected Task<IMessageLock> ReceiveAsync(string queue) =>
        Receiver.ReceiveAsync(queue, default).WaitAsync(Patience);

    // A bus may count again only after ten seconds.
    protected async Task<ProviderBacklog> BacklogAsync(string provider)
    {
        Time.Advance(TimeSpan.FromSeconds(10));
        return (await Bus.CountAsync(Samples.ProviderNames, default))[provider];
    }

    private Task<long> LastAsync() => Bus.LastParkedAsync(default);

    /// <summary>Takes what goes nowhere.</summary>
    /// <returns>Whose events were taken away for good, and where to go on.</returns>
    private async Task<(IReadOnlyList<string> Taken, long? Next)> TakeAsync(ParkedTake take, Action? handling = null)
    {
        var taken = new ConcurrentQueue<string>();
        var next = await Bus.TakeParkedAsync(
            take,
            (received, _) =>
            {
                handling?.Invoke();
                return Task.FromResult(
                    new HandledParked(null, () => taken.Enqueue(received.Message.EventId ?? received.Message.Id))
                );
            },
            default
        );
        return ([.. taken], next);
    }

    /// <summary>The events of what a filter finds.</summary>
    private async Task<string> FoundAsync(ParkedFilter filter) =>
        string.Concat((await ListAsync(filter)).Items.Select(parked => parked.EventId).Order());

    private static DeadLetter NewDeadLetter(string reason, int attempts) => new(reason, "because", null, 0, attempts);

    private Task<ParkedPage> ListAsync(ParkedFilter filter) => Bus.ListParkedAsync(filter, 100, null, default);

    private async Task ParkAsync(string id, string reason, int attempts = 1)
    {
        var deadLetter = new DeadLetter(reason, "because", null, 0, attempts) { Waits = 3 };
        await Bus.PublishAsync([Event(id, "duel")], default);
        await (await ReceiveAsync("orders-duel")).DeadLetterAsync(deadLetter, default);
        await (await ReceiveAsync(Entities.Retry)).DeadLetterAsync(deadLetter, default);
    }

    private async Task AssertNothingAsync(string queue)
    {
        using var stop = new CancellationTokenSource();
        var receiving = Receiver.ReceiveAsync(queue, stop.Token);
        await stop.CancelAsync();
        try
        {
            var message = await receiving;
            Assert.Fail($"{queue} should be empty, but event {message.Received.Message.EventId} came.");
        }
        catch (OperationCanceledException)
        {
            // So it should be: a bus looks for a message before it waits.
        }
    }
}
