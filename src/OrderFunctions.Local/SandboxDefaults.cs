using OrderFunctions.Credentials;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.Sandbox;

namespace OrderFunctions.Local;

/// <summary>
/// The settings that make an unconfigured provider talk to the sandbox. A provider whose BaseUrl is set gets none of
/// them: made-up ids and secrets must not reach a real platform.
/// </summary>
internal static class SandboxDefaults
{
    /// <summary>The sandbox takes what the shop has configured, or else its own made-up values.</summary>
    public static SandboxOptions Options(IConfiguration configuration)
    {
        var usual = new SandboxOptions();
        return usual with
        {
            DuelUser = ConfigurationSecretStore.Find(configuration, DuelProvider.BasicUsername) ?? usual.DuelUser,
            DuelPassword =
                ConfigurationSecretStore.Find(configuration, DuelProvider.BasicPassword) ?? usual.DuelPassword,
            DuelToken = ConfigurationSecretStore.Find(configuration, DuelProvider.BearerToken) ?? usual.DuelToken,
            RetrackToken = ConfigurationSecretStore.Find(configuration, RetrackProvider.Token) ?? usual.RetrackToken,
            AvantLinkMerchantId = Id(configuration, "Providers:AvantLink:MerchantId") ?? usual.AvantLinkMerchantId,
            RetrackEventId = Id(configuration, "Providers:Retrack:EventId") ?? usual.RetrackEventId,
            KatalysSiteId = configuration["Providers:Katalys:SiteId"] ?? usual.KatalysSiteId,
        };
    }

    /// <summary>Only what the shop has not set itself.</summary>
    /// <param name="baseUrl">From a provider's name to where the sandbox has it; null: there is no sandbox.</param>
    public static Dictionary<string, string?> Settings(IConfiguration configuration, Func<string, Uri>? baseUrl)
    {
        var settings = new Dictionary<string, string?>();
        if (baseUrl is null)
        {
            return settings;
        }

        var options = Options(configuration);
        Default(
            "Duel",
            ($"Credentials:{DuelProvider.BasicUsername}", options.DuelUser),
            ($"Credentials:{DuelProvider.BasicPassword}", options.DuelPassword),
            ($"Credentials:{DuelProvider.BearerToken}", options.DuelToken)
        );
        Default("AvantLink", ("Providers:AvantLink:MerchantId", options.AvantLinkMerchantId.ToString()));
        Default(
            "Retrack",
            ("Providers:Retrack:EventId", options.RetrackEventId.ToString()),
            ($"Credentials:{RetrackProvider.Token}", options.RetrackToken)
        );
        Default("Katalys", ("Providers:Katalys:SiteId", options.KatalysSiteId));
        return settings;

        void Default(string provider, params (string Key, string Value)[] more)
        {
            var address = $"Providers:{provider}:BaseUrl";
            if (configuration[address] is not null)
            {
                return;
            }

            settings[address] = baseUrl(provider.ToLowerInvariant()).AbsoluteUri;
            foreach (var (key, value) in more.Prepend(($"Providers:{provider}:Enabled", "true")))
            {
                if (configuration[key] is null)
                {
                    settings[key] = value;
                }
            }
        }
    }

    private static Guid? Id(IConfiguration configuration, string key) =>
        Guid.TryParse(configuration[key], out var id) ? id : null;
}
