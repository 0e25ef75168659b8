using System.Security.Cryptography;
using System.Text;
using OrderFunctions.Bus;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.Journaling.Tests;

/// <summary>What the journal's tests put into it and take out again.</summary>
internal static class Messages
{
    public static readonly string[] Queues = ["orders-duel", "orders-retrack", Entities.Inbound, Entities.Retry];

    public static BusMessage Event(string id, params string[] providers) =>
        new(id, Encoding.UTF8.GetBytes($"body of {id}"))
        {
            EventId = id,
            OrderId = $"order-{id}",
            Providers = providers,
        };

    /// <summary>An id that takes about so many bytes on disk, however it is packed.</summary>
    public static string LongId(int bytes) => Convert.ToBase64String(RandomNumberGenerator.GetBytes(bytes));

    public static LedgerEntry Entry(string orderId, string provider, DateTimeOffset at) =>
        new(orderId, provider, new OrderVersion(at, OrderStatus.Paid, orderId), DeliveryState.Delivered);

    public static Task PublishAsync(this Journal journal, params string[] ids) =>
        journal.Bus.PublishAsync([.. ids.Select(id => Event(id, "duel"))], default);

    /// <summary>Everything that can be received now, locked; each as `id x count on queue: body`.</summary>
    public static async Task<IReadOnlyList<string>> DrainAsync(this Journal journal)
    {
        var drained = new List<string>();
        foreach (var queue in Queues)
        {
            while (await journal.TryReceiveAsync(queue) is { } message)
            {
                drained.Add(Describe(message.Received));
            }
        }

        return drained;
    }

    public static Task<IMessageLock?> TryReceiveAsync(this Journal journal, string queue) =>
        TryReceiveAsync(journal.Receiver, queue);

    /// <summary>Null where nothing is due: a bus looks for a message before it waits.</summary>
    public static async Task<IMessageLock?> TryReceiveAsync(this IMessageReceiver receiver, string queue)
    {
        using var stop = new CancellationTokenSource();
        var receiving = receiver.ReceiveAsync(queue, stop.Token);
        await stop.CancelAsync();
        try
        {
            return await receiving;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public static string Describe(ReceivedMessage received) =>
        $"{received.Message.EventId} x {received.DeliveryCount} on {received.Queue}: "
        + $"{Encoding.UTF8.GetString(received.Message.Body.Span)}, {received.Message.Provider}, "
        + $"{received.Message.Retries}/{received.Message.Attempts}, {received.Source}, {received.DeadLetter}";

    public static async Task<IReadOnlyList<ParkedDelivery>> ParkedAsync(this IBus bus) =>
        (await bus.ListParkedAsync(new ParkedFilter(), 1000, null, default)).Items;
}
