namespace OrderFunctions.Providers.AvantLink;

public sealed class AvantLinkOptions : ProviderOptions
{
    public override Uri BaseUrl { get; set; } = new("https://client.avantlink.com");

    /// <summary>The Merchant UUID ID: not the integer id of AvantLink's older APIs.</summary>
    public Guid? MerchantId { get; set; }

    /// <summary>The whole number that AvantLink calls Merchant ID: the first column of its return batch file.</summary>
    public long? ReturnsMerchantId { get; set; }

    /// <summary>ISO 4217: the currency of the shop's AvantLink network, which is that of all amounts in a return batch file.</summary>
    public string ReturnsCurrency { get; set; } = "USD";

    /// <summary>Our server's User-Agent, which AvantLink requires; the shopper's goes in the body.</summary>
    public string UserAgent { get; set; } = "OrderFunctions/1.0";
}
