namespace OrderFunctions.Providers.Duel;

public sealed class DuelOptions : ProviderOptions
{
    public override Uri BaseUrl { get; set; } = new("https://api.duel.me");

    public DuelAuthentication Authentication { get; set; } = DuelAuthentication.Basic;
}
