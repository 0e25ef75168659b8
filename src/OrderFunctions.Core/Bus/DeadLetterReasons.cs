namespace OrderFunctions.Bus;

/// <summary>The words that stand as a dead letter's reason.</summary>
public static class DeadLetterReasons
{
    public const string Retry = "Retry";
    public const string RetriesExhausted = "RetriesExhausted";
    public const string Rejected = "Rejected";

    /// <summary>Service Bus's word for a message that was delivered too often without being settled.</summary>
    public const string MaxDeliveryCountExceeded = "MaxDeliveryCountExceeded";
}
