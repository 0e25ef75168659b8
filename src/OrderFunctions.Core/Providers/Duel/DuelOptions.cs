namespace OrderFunctions.Providers.Duel;

public sealed class DuelOptions : ProviderOptions
{
    public override Uri BaseUrl { get; set; } = new("https://api.duel.me");

    /// <summary>Whether an order is told before it is paid.</summary>
    public bool TellPending { get; set; } = true;

    public DuelAuthentication Authentication { get; set; } = DuelAuthentication.Basic;
}

/// <summary>
/// Duel's documents disagree: "Order Tracking &amp; Attribution (Server Side)" asks for Basic, "Open API" for Bearer.
/// </summary>
public enum DuelAuthentication
{
    Basic,
    Bearer,
}
