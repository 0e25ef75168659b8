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

    /// <summary>Where the sandbox would have a provider, if it ran.</summary>
    public static Uri Address(LocalOptions local, string provider) =>
        Uri.TryCreate(local.SandboxUrl, UriKind.Absolute, out var url) && url is { Scheme: "http", IsLoopback: true }
            ? new Uri(url, provider)
            : new Uri(new Uri(new SandboxOptions().Url), provider);

    /// <summary>Adds what the shop has not set itself.</summary>
    /// <param name="baseUrl">From a provider's name to where the sandbox has it.</param>
    public static void Add(ConfigurationManager configuration, Func<string, Uri> baseUrl, ICollection<string> problems)
    {
        var settings = new Dictionary<string, string?>();
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
        configuration.AddInMemoryCollection(settings);

        void Default(string provider, params (string Key, string Value)[] more)
        {
            var address = $"Providers:{provider}:BaseUrl";
            var enabled = $"Providers:{provider}:Enabled";
            if (configuration[address] is not null)
            {
                if (configuration[enabled] is null)
                {
                    problems.Add(
                        $"Providers__{provider}__BaseUrl is set beside the sandbox: set Providers__{provider}__Enabled too, to true if that address is to be told of orders, else to false."
                    );
                }

                return;
            }

            settings[address] = baseUrl(provider.ToLowerInvariant()).AbsoluteUri;
            foreach (var (key, value) in more.Prepend((enabled, "true")))
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
