using System.Text.Json.Serialization;

namespace OrderFunctions.Ledger;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyList<Attempt>))]
[JsonSerializable(typeof(IReadOnlyList<TakenPermits>))]
internal sealed partial class LedgerJson : JsonSerializerContext;
