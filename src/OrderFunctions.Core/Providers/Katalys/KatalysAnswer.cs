namespace OrderFunctions.Providers.Katalys;

/// <summary>204 is expected (seeds: katalys-order-status-reporting, Basics); Katalys' own shop plugins take 200 too.</summary>
internal static class KatalysAnswer
{
    public static Verdict Classify(ProviderAnswer answer) =>
        answer.StatusCode is 204 or 200 ? new Verdict.Delivered() : answer.UsualVerdict();
}
