using System.Text.Json;
using System.Text.Json.Serialization;
using OrderFunctions.Ledger;

namespace OrderFunctions.Sending;

/// <summary>The permits of one provider's rate limit that are taken: which instance holds how many.</summary>
internal sealed record Permits(IReadOnlyList<TakenPermits> Taken)
{
    /// <summary>The record's, as it was found or saved.</summary>
    [JsonIgnore]
    public string? ETag { get; init; }

    public static async Task<Permits?> FindAsync(
        IStateStore store,
        string provider,
        CancellationToken cancellationToken
    ) =>
        await store.FindAsync(NameOf(provider), cancellationToken) is { } record
            ? JsonSerializer.Deserialize(record.Json.Span, PermitsJson.Default.Permits)! with
            {
                ETag = record.ETag,
            }
            : null;

    /// <returns>The same as the record stands now; null where another has saved it since.</returns>
    public async Task<Permits?> TrySaveAsync(IStateStore store, string provider, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, PermitsJson.Default.Permits);
        var record = new StateRecord(NameOf(provider), json) { ETag = ETag };
        return await store.TrySaveAsync(record, cancellationToken) is { } saved
            ? this with
            {
                ETag = saved.ETag,
            }
            : null;
    }

    private static string NameOf(string provider) => $"permits-{provider}";
}

/// <summary>Permits that an instance holds, or has used up in the last minute.</summary>
/// <param name="Instance">A name that no other instance has, nor this one after a restart.</param>
/// <param name="Until">From then on they are free for all, if the instance says nothing else before.</param>
internal sealed record TakenPermits(Guid Instance, int Count, DateTimeOffset Until);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Permits))]
internal sealed partial class PermitsJson : JsonSerializerContext;
