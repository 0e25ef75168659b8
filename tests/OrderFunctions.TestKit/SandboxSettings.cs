using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.Sandbox;

namespace OrderFunctions.TestKit;

/// <summary>The settings of a shop that has the sandbox in the providers' place.</summary>
public static class SandboxSettings
{
    /// <summary>Four enabled providers that are pointed at the sandbox, without waits between quick retries.</summary>
    public static Dictionary<string, string?> Providers(SandboxServer sandbox, SandboxOptions options)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Providers:AvantLink:MerchantId"] = options.AvantLinkMerchantId.ToString(),
            ["Providers:Retrack:EventId"] = options.RetrackEventId.ToString(),
            ["Providers:Katalys:SiteId"] = options.KatalysSiteId,
        };
        foreach (var provider in Samples.ProviderNames)
        {
            settings[$"Providers:{provider}:Enabled"] = "true";
            settings[$"Providers:{provider}:BaseUrl"] = sandbox.BaseUrl(provider).AbsoluteUri;
            settings[$"Providers:{provider}:QuickRetryDelay"] = "00:00:00";
        }

        return settings;
    }

    /// <summary>The same, with the secrets that they need.</summary>
    public static Dictionary<string, string?> WithSecrets(SandboxServer sandbox, SandboxOptions options) =>
        new(Providers(sandbox, options))
        {
            [$"Credentials:{DuelProvider.BasicUsername}"] = options.DuelUser,
            [$"Credentials:{DuelProvider.BasicPassword}"] = options.DuelPassword,
            [$"Credentials:{RetrackProvider.Token}"] = options.RetrackToken,
        };
}
