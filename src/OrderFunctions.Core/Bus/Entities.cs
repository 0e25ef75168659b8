namespace OrderFunctions.Bus;

/// <summary>The topic and the queues: their names and what they are set to, the same on every bus.</summary>
public static class Entities
{
    public const string Topic = "order-events";
    public const string Inbound = "orders-inbound";
    public const string Retry = "orders-retry";

    /// <summary>What a provider's queue is called: this and the provider's name.</summary>
    public const string QueuePrefix = "orders-";

    /// <summary>How often a queue delivers a message that nobody settles before it is dead-lettered.</summary>
    public const int MostDeliveries = 10;

    /// <summary>How long a received message is its receiver's: Service Bus's longest.</summary>
    public static readonly TimeSpan LockDuration = TimeSpan.FromMinutes(5);

    /// <summary>How long the topic drops an event that it has had before.</summary>
    public static readonly TimeSpan DuplicateWindow = TimeSpan.FromDays(7);

    /// <summary>How long a queue keeps a message; a retry beyond it would never be received.</summary>
    public static readonly TimeSpan MessageTimeToLive = TimeSpan.FromDays(14);

    public static string QueueOf(string provider) => QueuePrefix + provider;
}
