using System.Text.Json;

namespace OrderFunctions.Providers.AvantLink;

/// <summary>Success is 200 with `"success": true` (seeds: avantlink-order-tracking, Example Response); repeats are safe.</summary>
internal static class AvantLinkResponse
{
    public static Classification Classify(ProviderResponse answer)
    {
        if (!answer.IsSuccess)
        {
            return answer.UsualClassification();
        }

        var said =
            answer.Json is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("success", out var success)
                ? success.ValueKind
                : JsonValueKind.Undefined;
        return said == JsonValueKind.True
            ? new Classification.Delivered()
            : new Classification.Rejected($"{answer.Sentence} (not the documented \"success\": true)");
    }
}
