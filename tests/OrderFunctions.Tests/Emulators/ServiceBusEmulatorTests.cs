using System.Text;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.App.Bus;
using OrderFunctions.Bus;
using OrderFunctions.TestKit;

namespace OrderFunctions.Tests.Emulators;

/// <summary>
/// The bus against a real broker with the entities of infra/emulator/Config.json: SERVICEBUS_CONNECTION. What takes
/// hours there is under test on FakeBroker.
/// </summary>
public sealed class ServiceBusEmulatorTests
{
    private const string Duel = "orders-duel";
    private const string Retrack = "orders-retrack";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _id = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task An_event_goes_its_whole_way_to_a_queue_a_dead_letter_a_parked_delivery_and_back()
    {
        await using var client = Connect();
        var bus = BusOn(client);
        await bus.CheckAsync(default);
        var sent = new BusMessage(_id, Encoding.UTF8.GetBytes("body"))
        {
            EventId = _id,
            OrderId = "order-1",
            Providers = ["duel"],
        };
        await bus.PublishAsync([sent, sent], default);

        // To the provider it is for, once.
        var delivery = await ReceiveAsync(client, Duel);
        Assert.Equal((_id, "order-1", "duel"), Ids(Duel, delivery.Message));
        var due = DateTimeOffset.UnixEpoch;
        await delivery.Receiver.DeadLetterMessageAsync(
            delivery.Message,
            ServiceBusMessages.Properties(new DeadLetter("Retry", "answered 500", due, 2, 6), source: null),
            "Retry",
            "answered 500"
        );

        // Forwarded with why and from where.
        var retry = await ReceiveAsync(client, Entities.Retry);
        var received = ServiceBusMessages.Received(Entities.Retry, retry.Message);
        Assert.Equal(
            (Duel, new DeadLetter("Retry", "answered 500", due, 2, 6)),
            (received.Source, received.DeadLetter)
        );
        await retry.Receiver.DeadLetterMessageAsync(
            retry.Message,
            ServiceBusMessages.Properties(new DeadLetter("Rejected", "no", null, 2, 6), received.Source),
            "Rejected",
            "no"
        );

        // Parked, listed and sent back.
        var filter = new ParkedFilter("duel", "order-1");
        var parked = (await bus.ListParkedAsync(filter, 500, null, default)).Items.Single(item => item.EventId == _id);
        Assert.Equal(("Rejected", "no", 6), (parked.Reason, parked.Description, parked.Attempts));
        Assert.InRange(await bus.ReplayAsync(filter, 500, default), 1, 500);
        var replayed = await ReceiveAsync(client, Duel);
        Assert.Equal(1, ServiceBusMessages.Received(Duel, replayed.Message).Message.Replays);
        await replayed.Receiver.CompleteMessageAsync(replayed.Message);
    }

    [Fact]
    public async Task A_scheduled_copy_comes_when_it_is_due()
    {
        await using var client = Connect();
        var due = TimeProvider.System.GetUtcNow().AddSeconds(3);
        var copy = new BusMessage(_id, Encoding.UTF8.GetBytes("copy")) { EventId = _id, Provider = "retrack" };
        await BusOn(client).ScheduleAsync(Retrack, copy, due, default);

        var received = await ReceiveAsync(client, Retrack);

        Assert.InRange(TimeProvider.System.GetUtcNow(), due.AddSeconds(-1), due.Add(Patience));
        await received.Receiver.CompleteMessageAsync(received.Message);
    }

    private static ServiceBusClient Connect() =>
        new(Environment.GetEnvironmentVariable("SERVICEBUS_CONNECTION"), new ServiceBusClientOptions());

    private static ServiceBusBus BusOn(ServiceBusClient client) =>
        new(client, TimeProvider.System, NullLogger<ServiceBusBus>.Instance);

    // Others' messages, left behind by a run that failed, are taken out of the way.
    private async Task<(ServiceBusReceiver Receiver, ServiceBusReceivedMessage Message)> ReceiveAsync(
        ServiceBusClient client,
        string queue
    )
    {
        var receiver = client.CreateReceiver(queue, new ServiceBusReceiverOptions());
        while (true)
        {
            var messages = await receiver.ReceiveMessagesAsync(1, Patience);
            Assert.True(messages.Count == 1, $"{queue} should have got a message.");
            if (ServiceBusMessages.Received(queue, messages[0]).Message.EventId == _id)
            {
                return (receiver, messages[0]);
            }

            await receiver.CompleteMessageAsync(messages[0]);
        }
    }

    private static (string?, string?, string?) Ids(string queue, ServiceBusReceivedMessage message)
    {
        var received = ServiceBusMessages.Received(queue, message).Message;
        return (received.EventId, received.OrderId, received.Provider);
    }
}
