namespace OrderFunctions.Bus;

/// <summary>The names of the topic and the queues, the same on every bus.</summary>
public static class Entities
{
    public const string Topic = "order-events";
    public const string Inbound = "orders-inbound";
    public const string Retry = "orders-retry";

    public static string QueueOf(string provider) => $"orders-{provider}";
}
