using System.Text.Json.Serialization;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;

namespace OrderFunctions.App.Ledger;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(IReadOnlyList<Attempt>))]
[JsonSerializable(typeof(OrderMemory))]
[JsonSerializable(typeof(IncompleteEvent))]
[JsonSerializable(typeof(ToldOrder))]
internal sealed partial class LedgerJson : JsonSerializerContext;
