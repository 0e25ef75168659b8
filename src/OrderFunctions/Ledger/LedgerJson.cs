using System.Text.Json.Serialization;
using OrderFunctions.Ledger;

namespace OrderFunctions.App.Ledger;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyList<Attempt>))]
[JsonSerializable(typeof(IReadOnlyList<TakenPermits>))]
internal sealed partial class LedgerJson : JsonSerializerContext;
