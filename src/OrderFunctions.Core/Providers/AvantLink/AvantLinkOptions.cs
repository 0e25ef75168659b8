namespace OrderFunctions.Providers.AvantLink;

public sealed class AvantLinkOptions : ProviderOptions
{
    public override Uri BaseUrl { get; set; } = new("https://client.avantlink.com");

    /// <summary>The Merchant UUID ID: not the integer id of AvantLink's older APIs.</summary>
    public Guid? MerchantId { get; set; }

    /// <summary>Our server's User-Agent, which AvantLink requires; the shopper's goes in the body.</summary>
    public string UserAgent { get; set; } = "OrderFunctions/1.0";
}
