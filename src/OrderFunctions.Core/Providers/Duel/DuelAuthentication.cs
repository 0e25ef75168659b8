namespace OrderFunctions.Providers.Duel;

/// <summary>
/// Duel's documents disagree: "Order Tracking &amp; Attribution (Server Side)" asks for Basic, "Open API" for Bearer.
/// </summary>
public enum DuelAuthentication
{
    Basic,
    Bearer,
}
