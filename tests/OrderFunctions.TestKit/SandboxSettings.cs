using OrderFunctions.Sandbox;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.TestKit;

/// <summary>The settings of a shop that has the sandbox in the providers' place.</summary>
public static class SandboxSettings
{
    private const string Credentials = "Credentials:";

    /// <summary>The secrets that the sandbox takes by default, by their names in a secret store.</summary>
    public static IReadOnlyDictionary<string, string> Secrets { get; } =
        Defaults(secret: true).ToDictionary(known => known.Name[Credentials.Length..], known => known.Default);

    /// <summary>All providers, enabled and pointed at the sandbox, without waits between quick retries.</summary>
    public static Dictionary<string, string?> Providers(SandboxServer sandbox) => Providers(sandbox.BaseUrl);

    /// <summary>The same, at other addresses.</summary>
    public static Dictionary<string, string?> Providers(Func<string, Uri> baseUrl)
    {
        var settings = Defaults(secret: false).ToDictionary(known => known.Name, string? (known) => known.Default);
        foreach (var provider in SandboxProviders.Create(TimeProvider.System).Select(provider => provider.Name))
        {
            settings[$"Providers:{provider}:Enabled"] = "true";
            settings[$"Providers:{provider}:BaseUrl"] = baseUrl(provider).AbsoluteUri;
            settings[$"Providers:{provider}:QuickRetryDelay"] = "00:00:00";
        }

        return settings;
    }

    /// <summary>The same, with the secrets that they need.</summary>
    public static Dictionary<string, string?> WithSecrets(SandboxServer sandbox)
    {
        var settings = Providers(sandbox);
        foreach (var (name, value) in Secrets)
        {
            settings[Credentials + name] = value;
        }

        return settings;
    }

    private static IEnumerable<SandboxSetting> Defaults(bool secret) =>
        SandboxProviders
            .Create(TimeProvider.System)
            .SelectMany(provider => provider.Settings)
            .Where(setting => setting.Name.StartsWith(Credentials, StringComparison.Ordinal) == secret);
}
