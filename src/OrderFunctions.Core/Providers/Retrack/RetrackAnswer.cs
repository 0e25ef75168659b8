using System.Text.Json;

namespace OrderFunctions.Providers.Retrack;

/// <summary>
/// "200 OK if the transaction has been successfully saved. For all other responses you can retry as many times as
/// you need" (seeds: retrack-server-to-server). The answer carries the shopper's IP address and browser: nothing of
/// a success is kept but the transaction's uuid, its status and the click's uuid.
/// </summary>
internal static class RetrackAnswer
{
    public static Verdict Classify(ProviderAnswer answer)
    {
        if (answer.StatusCode is 401 or 403)
        {
            return new Verdict.CredentialRefused();
        }

        if (!answer.IsSuccess)
        {
            return new Verdict.Retry(answer.Sentence, answer.IsUncertain);
        }

        return Transaction(answer) is { Reference: { } uuid }
            ? new Verdict.Delivered(uuid)
            : new Verdict.Retry(
                $"answered {answer.StatusCode} without data.uuid, so whether it is saved must be looked up",
                Uncertain: true
            );
    }

    public static Verdict ClassifyLookUp(ProviderAnswer answer, string? orderNumber) =>
        answer switch
        {
            { StatusCode: 401 or 403 } => new Verdict.CredentialRefused(),
            { StatusCode: 404 } => new Verdict.Found(new LookedUp(null, null)),
            { IsSuccess: true } when Transaction(answer, orderNumber) is { } found => new Verdict.Found(found),
            { IsSuccess: true } => new Verdict.Retry(
                "answered the look-up with something else than a transaction",
                Uncertain: true
            ),
            _ => new Verdict.Retry(answer.Sentence, Uncertain: true),
        };

    // The guide shows one object for a collection's address, so an array is read as well. Null: neither. What bears
    // another order's number is not ours: the filter is known from one example only.
    private static LookedUp? Transaction(ProviderAnswer answer, string? orderNumber = null)
    {
        if (answer.Json is not { ValueKind: JsonValueKind.Object } body || !body.TryGetProperty("data", out var data))
        {
            return null;
        }

        JsonElement[] items = data.ValueKind switch
        {
            JsonValueKind.Array => [.. data.EnumerateArray()],
            JsonValueKind.Null => [],
            _ => [data],
        };
        if (items.Any(item => Text(item, "uuid") is null))
        {
            return null;
        }

        return items
            .Where(item => orderNumber is null || Text(item, "order_number") is not { } number || number == orderNumber)
            .Select(item => new LookedUp(
                Text(item, "uuid"),
                item.TryGetProperty("status", out var status) ? Text(status, "name") : null,
                item.TryGetProperty("click", out var click) ? Text(click, "uuid") : null
            ))
            .FirstOrDefault(new LookedUp(null, null));
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
