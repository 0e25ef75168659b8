using System.Text;
using Azure.Core.Amqp;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.App.Bus;
using OrderFunctions.Bus;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Tests.Bus;

/// <summary>Service Bus, spoken to with the SDK's types, does what every bus must do.</summary>
public sealed class ServiceBusBusTests : BusCompliance
{
    private FakeBroker _broker = null!;
    private ServiceBusBus _bus = null!;

    protected override IBus Bus => _bus;

    protected override IMessageReceiver Receiver => new HostReceiver(_broker);

    public override Task InitializeAsync()
    {
        _broker = new FakeBroker(Time);
        _bus = new ServiceBusBus(new FakeServiceBusClient(_broker), Time, NullLogger<ServiceBusBus>.Instance);
        return Task.CompletedTask;
    }

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

    [Fact]
    public void An_event_goes_out_with_its_id_as_the_messages_id_and_what_tools_look_for()
    {
        var sent = ServiceBusMessages.Message(
            Event("a", "duel", "katalys") with
            {
                TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            }
        );

        Assert.Equal(("a", "order", "application/json"), (sent.MessageId, sent.Subject, sent.ContentType));
        Assert.Equal("order-a", sent.ApplicationProperties["orderId"]);
        Assert.Equal("a", sent.ApplicationProperties["eventId"]);
        Assert.Equal(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            sent.ApplicationProperties["Diagnostic-Id"]
        );
    }

    [Fact]
    public async Task A_batch_that_is_full_is_sent_and_the_next_one_begun()
    {
        _broker.BatchSize = 2;
        await Bus.PublishAsync([.. Enumerable.Range(0, 5).Select(i => Event($"{i}", "duel"))], default);

        Assert.Equal(5, _broker.Calls.Count(call => call.StartsWith("send order-events", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_message_that_fits_no_batch_is_refused_with_a_sentence()
    {
        _broker.BatchSize = 0;
        var error = await Assert.ThrowsAsync<BusUnavailableException>(() =>
            Bus.PublishAsync([Event("a", "duel")], default)
        );

        Assert.Contains("takes no message of 9 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_entity_has_one_sender()
    {
        for (var i = 0; i < 3; i++)
        {
            await Bus.PublishAsync([Event($"{i}", "duel")], default);
            await Bus.ScheduleAsync("orders-duel", Event($"{i}"), Time.GetUtcNow(), default);
        }

        Assert.Equal(
            ["open order-events", "open orders-duel"],
            _broker.Calls.Where(call => call.StartsWith("open ", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Whether_it_can_be_had_is_asked_anew_each_time_and_leaves_no_link_open()
    {
        await Bus.PublishAsync([Event("a", "duel")], default);
        await Bus.CheckAsync(default);
        _broker.Trouble = new ServiceBusException("gone", ServiceBusFailureReason.ServiceCommunicationProblem);
        await Assert.ThrowsAsync<BusUnavailableException>(() => Bus.CheckAsync(default));
        _broker.Trouble = null;
        await Bus.CheckAsync(default);

        string[] published = ["open order-events", "send order-events a"];
        string[] asked = ["open order-events", "close order-events"];
        Assert.Equal([.. published, .. asked, .. asked], _broker.Calls);
    }

    [Fact]
    public async Task A_crash_between_the_copies_and_the_end_of_the_originals_leaves_two_of_each_and_loses_none()
    {
        await PutOffAsync("a");
        await PutOffAsync("b");
        _broker.CancelTrouble = new ServiceBusException("gone", ServiceBusFailureReason.ServiceCommunicationProblem);

        await Assert.ThrowsAsync<BusUnavailableException>(() =>
            Bus.BringForwardAsync("orders-duel", Time.GetUtcNow(), default)
        );

        Assert.Equal(("a", "b"), (await NextAsync(), await NextAsync()));
        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(("a", "b"), (await NextAsync(), await NextAsync()));
    }

    [Fact]
    public async Task A_message_that_comes_due_while_it_is_brought_forward_keeps_none_of_the_others_from_it()
    {
        foreach (var id in "abc")
        {
            await PutOffAsync($"{id}");
        }

        // Between the copies and the end of the originals.
        _broker.BeforeCancel = () =>
        {
            _broker.BeforeCancel = null;
            _broker.ComesDue("orders-duel", "b");
        };

        Assert.Equal(3, await Bus.BringForwardAsync("orders-duel", Time.GetUtcNow(), default));

        var received = new List<string?>();
        for (var i = 0; i < 4; i++)
        {
            received.Add(await NextAsync());
        }

        Assert.Equal(["a", "b", "b", "c"], received.Order(StringComparer.Ordinal));
        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(_broker.Due);
    }

    [Fact]
    public async Task Bringing_forward_ends_after_ten_seconds_and_the_next_call_goes_on()
    {
        for (var i = 0; i < 200; i++)
        {
            await PutOffAsync($"{i}");
        }

        _broker.BeforeCancel = () => Time.Advance(TimeSpan.FromSeconds(6));
        var due = Time.GetUtcNow().AddMinutes(1);
        var first = await Bus.BringForwardAsync("orders-duel", due, default);
        _broker.BeforeCancel = null;
        var second = await Bus.BringForwardAsync("orders-duel", due, default);

        Assert.InRange(first, 1, 199);
        Assert.Equal(200, first + second);
    }

    [Fact]
    public async Task No_more_than_a_thousand_are_counted_and_that_is_said()
    {
        var now = Time.GetUtcNow();
        for (var i = 0; i < 1001; i++)
        {
            await Bus.ScheduleAsync("orders-duel", Event($"{i}"), now, default);
        }

        await Bus.ScheduleAsync("orders-katalys", Event("k"), now, default);

        Assert.Equal(new ProviderBacklog(1000, now, 0) { IsWaitingAtLeast = true }, await BacklogAsync("duel"));
        Assert.Equal(new ProviderBacklog(1, now, 0), await BacklogAsync("katalys"));
    }

    [Fact]
    public async Task Whoever_asks_how_often_the_queues_are_counted_once_in_ten_seconds()
    {
        await BacklogAsync("duel");
        var peeks = _broker.Peeks;
        for (var i = 0; i < 10; i++)
        {
            await Bus.CountAsync(Samples.ProviderNames, default);
        }

        Assert.Equal(peeks, _broker.Peeks);
        await BacklogAsync("duel");
        Assert.True(_broker.Peeks > peeks);
    }

    [Fact]
    public async Task A_count_that_failed_is_made_again_at_once()
    {
        _broker.Trouble = new ServiceBusException("gone", ServiceBusFailureReason.ServiceCommunicationProblem);
        await Assert.ThrowsAsync<BusUnavailableException>(() => Bus.CountAsync(Samples.ProviderNames, default));
        _broker.Trouble = null;

        Assert.Equal(0, (await Bus.CountAsync(Samples.ProviderNames, default))["duel"].Waiting);
    }

    private Task PutOffAsync(string id) =>
        Bus.ScheduleAsync("orders-duel", Event(id) with { Waits = 1 }, Time.GetUtcNow().AddMinutes(10), default);

    private async Task<string?> NextAsync()
    {
        var message = await ReceiveAsync("orders-duel");
        await message.CompleteAsync(default);
        return message.Received.Message.EventId;
    }

    [Fact]
    public async Task A_replay_of_many_pauses_between_its_handfuls()
    {
        for (var i = 0; i < 51; i++)
        {
            await ParkDirectlyAsync($"{i}");
        }

        var replay = Bus.ReplayAsync(new ParkedFilter(), int.MaxValue, default);
        Assert.False(replay.IsCompleted);
        Assert.Equal(50, Replayed);
        Time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(51, await replay);
        Assert.Equal(51, Replayed);
    }

    [Fact]
    public async Task A_replay_frees_at_its_end_what_it_was_not_meant_to_send_back()
    {
        await ParkDirectlyAsync("a");
        await ParkDirectlyAsync("b");

        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(OrderId: "order-b"), 10, default));
        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(OrderId: "order-a"), 10, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task The_last_parked_is_found_in_a_few_looks_wherever_its_number_is(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await ParkDirectlyAsync($"{i}");
        }

        var last =
            count == 0 ? 0 : _broker.Peek(FakeBroker.Parked, int.MaxValue, 0).Max(parked => parked.SequenceNumber);

        Assert.Equal(last, await Bus.LastParkedAsync(default));
    }

    [Fact]
    public async Task One_behind_many_that_are_not_meant_is_taken_and_most_of_those_stay_free()
    {
        for (var i = 0; i < 700; i++)
        {
            await ParkDirectlyAsync($"{i}");
        }

        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(OrderId: "order-699"), 10, default));

        // 500 are given back; the locks of the others run out by themselves.
        Assert.Equal(500, Count("abandon"));
        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(OrderId: "order-0"), 10, default));
        Assert.Equal(0, await Bus.ReplayAsync(new ParkedFilter(OrderId: "order-698"), 10, default));
        Time.Advance(Entities.LockDuration);
        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(OrderId: "order-698"), 10, default));
    }

    [Fact]
    public async Task What_another_has_locked_is_left_and_comes_later()
    {
        await ParkDirectlyAsync("a");
        await ParkDirectlyAsync("b");
        Assert.NotNull(_broker.TryReceive(FakeBroker.Parked));
        var take = new ParkedTake(new ParkedFilter(), await Bus.LastParkedAsync(default));
        var taken = new List<string?>();

        var taking = TakeAsync();
        Time.Advance(TimeSpan.FromMilliseconds(250));
        var next = await taking;
        Assert.Equal(["b"], taken);
        Assert.NotNull(next);

        Time.Advance(Entities.LockDuration);
        take = take with { After = next.Value };
        Assert.Null(await TakeAsync());
        Assert.Equal(["b", "a"], taken);

        Task<long?> TakeAsync() =>
            Bus.TakeParkedAsync(
                take,
                (received, _) => Task.FromResult(new HandledParked(null, () => taken.Add(received.Message.EventId))),
                default
            );
    }

    [Fact]
    public async Task Nothing_is_received_where_nothing_is_meant()
    {
        await ParkDirectlyAsync("a");

        Assert.Equal(0, await Bus.ReplayAsync(new ParkedFilter("retrack"), 10, default));

        Assert.Equal(0, Count("abandon"));
        Assert.NotNull(_broker.TryReceive(FakeBroker.Parked));
    }

    [Fact]
    public async Task One_that_can_not_be_sent_back_stays_parked_and_is_not_counted()
    {
        await ParkDirectlyAsync("a");
        _broker.Refuses = "orders-duel";

        var count = 0;
        var take = new ParkedTake(new ParkedFilter(), await Bus.LastParkedAsync(default));
        await Assert.ThrowsAsync<BusUnavailableException>(() =>
            Bus.TakeParkedAsync(
                take,
                (received, _) => Task.FromResult(new HandledParked(received.Message.Replay(), () => count++)),
                default
            )
        );

        Assert.Equal((0, 1), (count, Count("abandon")));
        _broker.Refuses = null;
        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(), 10, default));
    }

    [Fact]
    public async Task One_that_is_too_large_to_go_back_keeps_no_other_from_it()
    {
        // What the ERP sent fits with a short id only.
        var body = new string('x', (256 * 1024) - 40);
        _broker.Send(
            Entities.Inbound,
            new ServiceBusMessage(BinaryData.FromString(body).ToMemory()) { MessageId = "x" }
        );
        foreach (var queue in new[] { Entities.Inbound, Entities.Retry })
        {
            var message = await Receiver.ReceiveAsync(queue, default);
            await message.DeadLetterAsync(DeadLetter.Rejected(message.Received.Message, "no JSON"), default);
        }

        await ParkDirectlyAsync("a");

        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(), 10, default));
        Assert.Equal("x", Assert.Single(_broker.Peek(FakeBroker.Parked, 10, 0)).MessageId);
    }

    [Fact]
    public void A_message_that_was_replayed_before_replays_were_counted_was_replayed_once()
    {
        var received = ServiceBusMessages.Received(
            "orders-duel",
            ServiceBusModelFactory.ServiceBusReceivedMessage(
                messageId: "a",
                properties: new Dictionary<string, object> { ["replayed"] = true }
            )
        );

        Assert.Equal(1, received.Message.Replays);
    }

    [Fact]
    public async Task A_parked_message_of_unknown_source_goes_back_to_where_it_was_parked()
    {
        _broker.Send(Entities.Retry, new ServiceBusMessage(BinaryData.FromString("?").ToMemory()) { MessageId = "x" });
        var received = await Receiver.ReceiveAsync(Entities.Retry, default);
        Assert.Null(received.Received.Source);
        await received.DeadLetterAsync(DeadLetter.Rejected(received.Received.Message, "no dead letter"), default);

        Assert.Equal(1, await Bus.ReplayAsync(new ParkedFilter(), 10, default));
        Assert.Equal(
            "x?",
            (await Receiver.ReceiveAsync(Entities.Retry, default)).Received.Message.Body.Length == 1 ? "x?" : ""
        );
    }

    [Fact]
    public void A_dead_letter_of_a_subscription_belongs_on_the_queue_that_it_forwards_to()
    {
        var received = ServiceBusMessages.Received(
            Entities.Retry,
            ServiceBusModelFactory.ServiceBusReceivedMessage(
                messageId: "a",
                deadLetterSource: "order-events/Subscriptions/duel"
            )
        );

        Assert.Equal(("orders-duel", "duel"), (received.Source, received.Message.Provider));
    }

    [Fact]
    public void An_ERP_s_own_properties_are_not_taken_for_ours()
    {
        var received = ServiceBusMessages.Received(
            Entities.Inbound,
            ServiceBusModelFactory.ServiceBusReceivedMessage(
                messageId: "a",
                properties: new Dictionary<string, object>
                {
                    ["provider"] = "duel",
                    ["source"] = "orders-duel",
                    ["retries"] = "many",
                    ["retryAt"] = "tomorrow",
                }
            )
        );

        Assert.Equal(
            (null, null, 0, null),
            (received.Message.Provider, received.Source, received.Message.Retries, received.DeadLetter)
        );
    }

    [Theory]
    [InlineData("Diagnostic-Id")]
    [InlineData("traceparent")]
    public void An_ERP_s_trace_is_read_under_either_of_the_names_that_clients_give_it(string property)
    {
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var received = ServiceBusMessages.Received(
            Entities.Inbound,
            ServiceBusModelFactory.ServiceBusReceivedMessage(
                messageId: "a",
                properties: new Dictionary<string, object> { [property] = trace }
            )
        );

        Assert.Equal(trace, received.Message.TraceParent);
    }

    [Fact]
    public void Text_that_a_JMS_client_sends_as_a_value_is_read_as_text_and_anything_else_as_nothing()
    {
        Assert.Equal("{\"order\":1}", Body(AmqpMessageBody.FromValue("{\"order\":1}")));
        Assert.Equal("", Body(AmqpMessageBody.FromValue(42)));
        Assert.Equal(
            "",
            Body(
                AmqpMessageBody.FromSequence([
                    ["a", "b"],
                ])
            )
        );

        static string Body(AmqpMessageBody body)
        {
            var message = ServiceBusReceivedMessage.FromAmqpMessage(
                new AmqpAnnotatedMessage(body) { Header = { DeliveryCount = 1 } },
                BinaryData.FromBytes(Guid.NewGuid().ToByteArray())
            );
            return Encoding.UTF8.GetString(ServiceBusMessages.Received(Entities.Inbound, message).Message.Body.Span);
        }
    }

    public static TheoryData<Exception, string> Outages =>
        new()
        {
            { new ServiceBusException("busy", ServiceBusFailureReason.ServiceBusy), "ServiceBusy" },
            { new UnauthorizedAccessException("no claim 'Send' on sb://my-shop"), "our identity is refused" },
            { new AuthenticationFailedException("no token for my-shop"), "our identity is refused" },
            { new TimeoutException(), "TimeoutException" },
        };

    [Theory]
    [MemberData(nameof(Outages), DisableDiscoveryEnumeration = true)]
    public async Task While_Service_Bus_cannot_be_had_every_call_says_so_and_not_more(Exception trouble, string reason)
    {
        _broker.Trouble = trouble;
        Func<Task>[] calls =
        [
            () => Bus.PublishAsync([Event("a", "duel")], default),
            () => Bus.ScheduleAsync("orders-duel", Event("a"), Time.GetUtcNow(), default),
            () => Bus.BringForwardAsync("orders-duel", Time.GetUtcNow(), default),
            () => Bus.CountAsync(Samples.ProviderNames, default),
            () => Bus.ListParkedAsync(new ParkedFilter(), 10, null, default),
            () => Bus.LastParkedAsync(default),
            () => Bus.TakeParkedAsync(new ParkedTake(new ParkedFilter(), 1), (_, _) => throw trouble, default),
            () => Bus.CheckAsync(default),
        ];

        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<BusUnavailableException>(call);
            Assert.Equal($"Service Bus can't be had: {reason}.", error.Message);
        }
    }

    private async Task ParkDirectlyAsync(string id)
    {
        await Bus.PublishAsync([Event(id, "duel")], default);
        foreach (var queue in new[] { "orders-duel", Entities.Retry })
        {
            var message = await Receiver.ReceiveAsync(queue, default);
            await message.DeadLetterAsync(DeadLetter.Rejected(message.Received.Message, "because"), default);
        }
    }

    private int Replayed => Count("send orders-duel");

    private int Count(string call) => _broker.Calls.Count(each => each.StartsWith(call, StringComparison.Ordinal));

    /// <summary>What the Functions host does: it receives, and gives the function the message and the actions.</summary>
    private sealed class HostReceiver(FakeBroker broker) : IMessageReceiver
    {
        public async Task<IMessageLock> ReceiveAsync(string queue, CancellationToken cancellationToken) =>
            new ServiceBusLock(
                queue,
                await broker.ReceiveAsync(queue, cancellationToken),
                new FakeMessageActions(broker, queue)
            );
    }
}
