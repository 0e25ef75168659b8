using System.Text.Json;

namespace OrderFunctions.Providers.AvantLink;

/// <summary>Success is 200 with `"success": true` (seeds: avantlink-order-tracking, Example Response); repeats are safe.</summary>
internal static class AvantLinkAnswer
{
    public static Verdict Classify(ProviderAnswer answer)
    {
        if (!answer.IsSuccess)
        {
            return answer.UsualVerdict();
        }

        var said =
            answer.Json is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty("success", out var success)
                ? success.ValueKind
                : JsonValueKind.Undefined;
        return said == JsonValueKind.True
            ? new Verdict.Delivered()
            : new Verdict.Rejected($"{answer.Sentence} (not the documented \"success\": true)");
    }
}
