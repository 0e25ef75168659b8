using System.Text.Json;
using OrderFunctions.Json;

namespace OrderFunctions.Providers.Retrack;

/// <summary>
/// "200 OK if the transaction has been successfully saved. For all other responses you can retry as many times as
/// you need" (seeds: retrack-server-to-server). The answer carries the shopper's IP address and browser: nothing of
/// a success is kept but the uuids of the transaction and the click, and no text in their place; the status is only read.
/// </summary>
internal static class RetrackResponse
{
    /// <summary>
    /// A create's answer without a usable uuid leaves it open whether there is a transaction: it is looked up, not
    /// created again. An update knows the uuid already, so the transaction in its response is enough.
    /// </summary>
    public static Outcome Classify(ProviderResponse response, bool isCreate)
    {
        if (response.StatusCode is 401 or 403)
        {
            return new Outcome.CredentialRefused();
        }

        if (!response.IsSuccess)
        {
            return response.Retry(response.Sentence, response.MayHaveArrived);
        }

        var uuid = Transactions(response) is [var transaction, ..] ? Uuid(transaction) : null;
        return uuid is not null || (!isCreate && Transactions(response) is [_, ..])
            ? new Outcome.Delivered(uuid)
            : response.Retry(
                $"answered {response.StatusCode} without a UUID in data.uuid, so whether it is saved must be looked up",
                mayHaveArrived: true
            );
    }

    public static Outcome ClassifyLookUp(ProviderResponse response, string? orderNumber) =>
        response switch
        {
            { StatusCode: 401 or 403 } => new Outcome.CredentialRefused(),
            { StatusCode: 404 } => new Outcome.Found(new LookedUp(null, null)),
            { IsSuccess: true } when Find(response, orderNumber) is { } found => new Outcome.Found(found),
            { IsSuccess: true } => response.Retry(
                "answered the look-up with something else than transactions under a UUID each",
                mayHaveArrived: true
            ),
            _ => response.Retry(response.Sentence, mayHaveArrived: true),
        };

    // What bears another order's number is not ours: the filter is known from one example only. Null: junk.
    private static LookedUp? Find(ProviderResponse response, string? orderNumber) =>
        Transactions(response) is { } transactions && transactions.All(transaction => Uuid(transaction) is not null)
            ? transactions
                .Where(transaction =>
                    Text(transaction, "order_number") is var number && (number is null || number == orderNumber)
                )
                .Select(transaction => new LookedUp(
                    Uuid(transaction),
                    Text(Field(transaction, "status"), "name"),
                    Uuid(Field(transaction, "click"))
                ))
                .FirstOrDefault(new LookedUp(null, null))
            : null;

    // The guide shows one object for a collection's address, so an array is read as well. Null: neither.
    private static IReadOnlyList<JsonElement>? Transactions(ProviderResponse response)
    {
        IReadOnlyList<JsonElement>? items = Field(response.Json, "data") switch
        {
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
            { ValueKind: JsonValueKind.Null } => [],
            { } one => [one],
            null => null,
        };
        return items?.All(item => item.ValueKind == JsonValueKind.Object) == true ? items : null;
    }

    private static string? Uuid(JsonElement? element) =>
        Guid.TryParseExact(Text(element, "uuid"), "D", out var uuid) ? uuid.ToString() : null;

    // A number is read as a text; what else stands there is no name and no number of ours.
    private static string? Text(JsonElement? element, string name) =>
        Field(element, name) switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { } other => other.GetRawText(),
        };

    private static JsonElement? Field(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value)
            ? value
            : null;
}
