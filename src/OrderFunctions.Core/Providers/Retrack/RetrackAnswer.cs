using System.Text.Json;

namespace OrderFunctions.Providers.Retrack;

/// <summary>
/// "200 OK if the transaction has been successfully saved. For all other responses you can retry as many times as
/// you need" (seeds: retrack-server-to-server). The answer carries the shopper's IP address and browser: nothing of
/// a success is kept but the uuid and the status.
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

    public static Verdict ClassifyLookUp(ProviderAnswer answer) =>
        answer switch
        {
            { StatusCode: 401 or 403 } => new Verdict.CredentialRefused(),
            { StatusCode: 404 } => new Verdict.Found(new LookedUp(null, null)),
            { StatusCode: 200 } when Transaction(answer) is { } found => new Verdict.Found(found),
            { StatusCode: 200 } => new Verdict.Retry(
                "answered the look-up with something else than a transaction",
                Uncertain: true
            ),
            _ => new Verdict.Retry(answer.Sentence, Uncertain: true),
        };

    // The guide shows one object for a collection's address, so an array is read as well. Null: neither.
    private static LookedUp? Transaction(ProviderAnswer answer)
    {
        if (answer.Json is not { ValueKind: JsonValueKind.Object } body || !body.TryGetProperty("data", out var data))
        {
            return null;
        }

        if (data.ValueKind == JsonValueKind.Array)
        {
            if (data.GetArrayLength() == 0)
            {
                return new LookedUp(null, null);
            }

            data = data[0];
        }

        if (data.ValueKind == JsonValueKind.Null)
        {
            return new LookedUp(null, null);
        }

        return Text(data, "uuid") is { } uuid
            ? new LookedUp(uuid, data.TryGetProperty("status", out var status) ? Text(status, "name") : null)
            : null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
