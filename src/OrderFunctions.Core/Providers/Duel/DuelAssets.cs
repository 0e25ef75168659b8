using System.Globalization;
using System.Text.Json;

namespace OrderFunctions.Providers.Duel;

/// <summary>
/// GET /api/v1/assets (seeds: duel-open-api, Assets). The document gives this path without a host; it stands on that of
/// the orders here. It says nothing of pages: the answer is one array.
/// </summary>
internal static class DuelAssets
{
    // The document names no bound; this is room for 20,000 assets.
    private const int MostBytes = 8 * 1024 * 1024;

    public static ProviderRequest Request() =>
        new("assets", HttpMethod.Get, "api/v1/assets", new Credential.Bearer(DuelProvider.BearerToken))
        {
            MostResponseBytes = MostBytes,
            YieldsToOthers = true,
        };

    /// <summary>The assets, newest first, without those whose file is at no https address; null: it is not the documented array.</summary>
    public static IReadOnlyList<DuelAsset>? Read(ProviderResponse response) =>
        response.IsSuccess && response.Json is { ValueKind: JsonValueKind.Array } assets
            ?
            [
                .. assets
                    .EnumerateArray()
                    .Where(asset => asset.ValueKind == JsonValueKind.Object)
                    .Select(Read)
                    .OfType<DuelAsset>()
                    .OrderByDescending(asset => asset.Date),
            ]
            : null;

    private static DuelAsset? Read(JsonElement asset) =>
        asset.Address("file_url") is { } file
            ? new DuelAsset(
                file,
                asset.Text("file_type"),
                DateTimeOffset.TryParse(
                    asset.Text("date"),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out var date
                )
                    ? date
                    : null,
                asset.Text("source"),
                asset.Text("task_id"),
                asset.Text("member_id"),
                Skus(asset),
                asset.Text("social_post_domain"),
                asset.Address("social_post_url")
            )
            : null;

    private static string? Text(this JsonElement asset, string name) =>
        asset.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
                // An id may be a number.
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : null;

    // Pages put it into src and href: nothing else than the web may stand there.
    private static string? Address(this JsonElement asset, string name) =>
        Uri.TryCreate(asset.Text(name), UriKind.Absolute, out var address) && address.Scheme == "https"
            ? address.AbsoluteUri
            : null;

    private static IReadOnlyList<string> Skus(JsonElement asset) =>
        asset.TryGetProperty("product_skus", out var skus) && skus.ValueKind == JsonValueKind.Array
            ?
            [
                .. skus.EnumerateArray()
                    .Where(sku => sku.ValueKind == JsonValueKind.String)
                    .Select(sku => sku.GetString()!),
            ]
            : [];
}

/// <summary>An asset of the shop's Duel programme (seeds: duel-open-api, Assets Endpoint Attributes).</summary>
/// <param name="FileUrl">The file, or a large version of it.</param>
/// <param name="FileType">Its MIME type.</param>
/// <param name="Date">When it was uploaded or made; null: Duel's date can't be read.</param>
/// <param name="Source">ugc or operator.</param>
/// <param name="MemberId">Of the advocate who uploaded it; null where an operator did, or pages are not to have it.</param>
/// <param name="SocialPostDomain">The platform that it comes from, such as Instagram.</param>
public sealed record DuelAsset(
    string FileUrl,
    string? FileType,
    DateTimeOffset? Date,
    string? Source,
    string? TaskId,
    string? MemberId,
    IReadOnlyList<string> ProductSkus,
    string? SocialPostDomain,
    string? SocialPostUrl
);
