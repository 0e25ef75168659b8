using OrderFunctions.Sandbox;

namespace OrderFunctions.Local;

/// <summary>
/// The settings that make an unconfigured provider talk to the sandbox. A provider whose BaseUrl is set gets none of
/// them: made-up ids and secrets must not reach a real platform.
/// </summary>
internal static class SandboxDefaults
{
    /// <summary>The sandbox takes what the shop has configured, or else its own made-up values.</summary>
    public static SandboxOptions Options(IConfiguration configuration) =>
        new()
        {
            Settings = SandboxProviders
                .Create(TimeProvider.System)
                .SelectMany(provider => provider.Settings)
                // What it does not allow, OrderFunctions does not either, and says so.
                .Where(setting => setting.Allows(configuration[setting.Name]))
                .ToDictionary(setting => setting.Name, setting => configuration[setting.Name]!),
        };

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
        foreach (var provider in SandboxProviders.Create(TimeProvider.System))
        {
            var address = $"Providers:{provider.DisplayName}:BaseUrl";
            var enabled = $"Providers:{provider.DisplayName}:Enabled";
            if (configuration[address] is not null)
            {
                if (configuration[enabled] is null)
                {
                    problems.Add(
                        $"Providers__{provider.DisplayName}__BaseUrl is set beside the sandbox: set Providers__{provider.DisplayName}__Enabled too, to true if that address is to be told of orders, else to false."
                    );
                }

                continue;
            }

            settings[address] = baseUrl(provider.Name).AbsoluteUri;
            Default(enabled, "true");
            foreach (var setting in provider.Settings)
            {
                Default(setting.Name, setting.Default);
            }
        }

        configuration.AddInMemoryCollection(settings);

        void Default(string name, string value)
        {
            if (configuration[name] is null)
            {
                settings[name] = value;
            }
        }
    }
}
