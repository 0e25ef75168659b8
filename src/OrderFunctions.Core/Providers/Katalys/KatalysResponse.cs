namespace OrderFunctions.Providers.Katalys;

/// <summary>204 is expected (seeds: katalys-order-status-reporting, Basics); Katalys' own shop plugins take 200 too.</summary>
internal static class KatalysResponse
{
    public static Outcome Classify(ProviderResponse response) =>
        response.StatusCode is 204 or 200 ? new Outcome.Delivered() : response.UsualOutcome();
}
