using System.Text.Json.Serialization;

namespace OrderFunctions.Ledger;

/// <summary>How the newest event of an order stands at one provider.</summary>
public enum DeliveryState
{
    [JsonStringEnumMemberName("retrying")]
    Retrying,

    [JsonStringEnumMemberName("delivered")]
    Delivered,

    [JsonStringEnumMemberName("skipped")]
    Skipped,

    [JsonStringEnumMemberName("parked")]
    Parked,
}
