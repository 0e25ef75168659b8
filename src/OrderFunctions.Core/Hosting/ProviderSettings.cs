using Microsoft.Extensions.Configuration;
using OrderFunctions.Bus;
using OrderFunctions.Http;
using OrderFunctions.Json;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Providers.Retrack;

namespace OrderFunctions.Hosting;

/// <summary>Reads and checks the settings of all providers: Providers__X__...</summary>
/// <param name="hasSecret">Tells whether a secret is there; null where only a later fetch can tell (Key Vault).</param>
public sealed class ProviderSettings(IConfiguration configuration, Func<string, bool>? hasSecret = null)
{
    private const string Section = "Providers";

    // Room for the ledger and the bus within the message's lock.
    private static readonly TimeSpan LongestCalls = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan LongestQuickRetryDelay = TimeSpan.FromSeconds(5);

    private readonly List<string> _problems = [];
    private readonly List<string> _names = [];

    /// <summary>The providers, one line each: a fifth one is registered here.</summary>
    /// <param name="others">What is wrong elsewhere, to be told along.</param>
    /// <exception cref="SettingsException">Something is missing or contradictory.</exception>
    public IReadOnlyList<Provider> Read(params IEnumerable<string> others)
    {
        _problems.AddRange(others);
        Provider[] providers =
        [
            new DuelProvider(Bind<DuelOptions>("Duel")),
            new AvantLinkProvider(Bind<AvantLinkOptions>("AvantLink")),
            new RetrackProvider(Bind<RetrackOptions>("Retrack")),
            new KatalysProvider(Bind<KatalysOptions>("Katalys")),
        ];
        foreach (var unknown in configuration.GetSection(Section).GetChildren().Where(child => !IsKnown(child.Key)))
        {
            _problems.Add(SettingsSection.Unknown(unknown, _names));
        }

        foreach (var provider in providers.Where(provider => provider.Options.Enabled))
        {
            // Of a setting that could not be read it is said already.
            var told = _problems.Select(SettingOf).ToHashSet();
            _problems.AddRange(Problems(provider).Where(problem => !told.Contains(SettingOf(problem))));
        }

        return _problems.Count == 0 ? providers : throw new SettingsException(_problems);
    }

    private static string SettingOf(string problem) => problem.Split(' ')[0];

    private bool IsKnown(string name) => _names.Contains(name, StringComparer.OrdinalIgnoreCase);

    private TOptions Bind<TOptions>(string name)
        where TOptions : ProviderOptions, new()
    {
        _names.Add(name);
        return SettingsSection.Bind<TOptions>(configuration, $"{Section}:{name}", _problems);
    }

    private IEnumerable<string> Problems(Provider provider)
    {
        var name =
            $"{Section}__{_names.First(known => known.Equals(provider.Name, StringComparison.OrdinalIgnoreCase))}";
        var options = provider.Options;
        if (
            options.BaseUrl is not { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" } address
            || !OutgoingAddress.IsSecure(address)
        )
        {
            yield return $"{name}__BaseUrl must be an https address (http only on this machine) without a user name, a query or a fragment.";
        }
        else if (OutgoingAddress.IsReserved(address))
        {
            yield return $"{name}__BaseUrl {OutgoingAddress.Reserved}";
        }

        // Each attempt is a look-up and one more call at the most.
        var longest = (int)(LongestCalls.TotalSeconds / (2 * (provider.QuickRetries + 1)));
        if (options.TimeoutSeconds < 1 || options.TimeoutSeconds > longest)
        {
            yield return $"{name}__TimeoutSeconds is {options.TimeoutSeconds}; it must be from 1 to {longest}, so that a delivery's calls end within the message's lock of {Entities.LockDuration.TotalMinutes:0} minutes.";
        }

        if (options.QuickRetryDelay < TimeSpan.Zero || options.QuickRetryDelay > LongestQuickRetryDelay)
        {
            yield return $"{name}__QuickRetryDelay is {options.QuickRetryDelay}; it must be from 0 to {LongestQuickRetryDelay.TotalSeconds:0} seconds, so that a delivery ends within the message's lock.";
        }

        if (options.RequestsPerMinute < 1)
        {
            yield return $"{name}__RequestsPerMinute is {options.RequestsPerMinute}; it must be at least 1.";
        }

        for (var i = 0; i < provider.RetryDelays.Count; i++)
        {
            if (provider.RetryDelays[i] <= TimeSpan.Zero || provider.RetryDelays[i] >= Entities.MessageTimeToLive)
            {
                yield return $"{name}__RetryDelays__{i} is {provider.RetryDelays[i]}; it must be above zero and below the message's time to live of {Entities.MessageTimeToLive.TotalDays:0} days.";
            }
        }

        foreach (var secret in provider.SecretNames.Where(secret => hasSecret is not null && !hasSecret(secret)))
        {
            var meant = configuration
                .GetSection("Credentials")
                .GetChildren()
                .FirstOrDefault(other => !string.IsNullOrEmpty(other.Value) && EditDistance.IsTypo(secret, other.Key));
            yield return $"Credentials__{secret} is missing: {provider.Name} is enabled and needs it."
                + (meant is null ? "" : $" Is it Credentials__{meant.Key}, misspelt?");
        }

        foreach (var problem in provider.SettingsProblems())
        {
            yield return problem;
        }
    }
}
