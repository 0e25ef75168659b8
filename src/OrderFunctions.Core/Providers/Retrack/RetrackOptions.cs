namespace OrderFunctions.Providers.Retrack;

public sealed class RetrackOptions : ProviderOptions
{
    public override Uri BaseUrl { get; set; } = new("https://retrack.refunder.com");

    /// <summary>Whether an order is told before it is paid.</summary>
    public bool TellPending { get; set; } = true;

    /// <summary>The commission event of orders whose lines name no other.</summary>
    public Guid? EventId { get; set; }
}
