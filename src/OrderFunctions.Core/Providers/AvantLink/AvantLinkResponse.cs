using System.Text.Json;

namespace OrderFunctions.Providers.AvantLink;

/// <summary>Success is 200 with `"success": true` (seeds: avantlink-order-tracking, Example Response); repeats are safe.</summary>
internal static class AvantLinkResponse
{
    public static Outcome Classify(ProviderResponse response)
    {
        if (!response.IsSuccess)
        {
            return response.UsualOutcome();
        }

        var documented =
            response.Json is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("success", out var success)
                ? success.ValueKind
                : JsonValueKind.Undefined;
        return documented == JsonValueKind.True
            ? new Outcome.Delivered()
            : new Outcome.Rejected($"{response.Sentence} (not the documented \"success\": true)");
    }
}
