namespace OrderFunctions.Providers.Duel;

/// <summary>
/// Neither the values of `status` nor an error body is documented (seeds: duel-order-tracking shows only that both
/// `status` and `result` come back), so the HTTP status decides, whatever the body.
/// </summary>
internal static class DuelResponse
{
    public static Outcome Classify(ProviderResponse response) =>
        response.IsSuccess ? new Outcome.Delivered() : response.UsualOutcome();
}
