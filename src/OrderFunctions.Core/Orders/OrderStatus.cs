using System.Text.Json.Serialization;

namespace OrderFunctions.Orders;

/// <summary>How an order stands. In the order of an order's life: of two events of the same moment the later state wins.</summary>
public enum OrderStatus
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("paid")]
    Paid,

    [JsonStringEnumMemberName("partiallyRefunded")]
    PartiallyRefunded,

    [JsonStringEnumMemberName("refunded")]
    Refunded,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

public static class OrderStatuses
{
    /// <summary>Whether an order that stands so came to nothing.</summary>
    public static bool IsVoid(this OrderStatus status) => status is OrderStatus.Refunded or OrderStatus.Cancelled;
}
