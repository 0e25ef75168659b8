using System.Text.Json.Serialization;
using OrderFunctions.Ledger;

namespace OrderFunctions.Journaling;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(LedgerEntry))]
internal sealed partial class JournalJson : JsonSerializerContext;
