namespace OrderFunctions.Providers.Duel;

/// <summary>
/// Neither the values of `status` nor an error body is documented (seeds: duel-order-tracking shows only that both
/// `status` and `result` come back), so the HTTP status decides, whatever the body.
/// </summary>
internal static class DuelAnswer
{
    public static Verdict Classify(ProviderAnswer answer) =>
        answer.IsSuccess ? new Verdict.Delivered() : answer.UsualVerdict();
}
