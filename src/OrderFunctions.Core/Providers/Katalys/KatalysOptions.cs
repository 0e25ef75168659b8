namespace OrderFunctions.Providers.Katalys;

public sealed class KatalysOptions : ProviderOptions
{
    public override Uri BaseUrl { get; set; } = new("https://db.revoffers.com");

    /// <summary>Whether an order is told before it is paid.</summary>
    public bool TellPending { get; set; } = true;

    /// <summary>The same value as on the storefront's pages, else nothing is attributed.</summary>
    public string? SiteId { get; set; }
}
