using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using OrderFunctions.Diagnostics;
using OrderFunctions.Endpoints.Pages;
using OrderFunctions.Gallery;
using OrderFunctions.Intake;
using OrderFunctions.Ledger;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.Storefronts.Shopify;
using OrderFunctions.Storefronts.WooCommerce;

namespace OrderFunctions.Hosting;

/// <param name="Name">As in the environment: Providers__Duel__Enabled.</param>
/// <param name="Value">Of a secret only that it is set; null: unset.</param>
/// <param name="Source">default, a file's name, environment, command line, or who else has set it.</param>
public sealed record SettingInForce(string Name, string? Value, string Source);

/// <summary>What every setting is, and where from, whether or not it allows a start.</summary>
/// <param name="madeUpBy">Who has set what only memory has: the host itself.</param>
public sealed partial class SettingsInForce(IConfigurationRoot configuration, string madeUpBy)
{
    private const string Masked = "***";
    private const string Default = "default";
    private const string Credentials = "Credentials";

    // Whoever knows a chat's webhook address may write there.
    private static readonly string[] Secrets = [$"{Credentials}:", "Local:ApiKey", "OperatorEvents:Url"];

    /// <param name="hosts">The settings of the host itself, by their section.</param>
    public IReadOnlyList<SettingInForce> List(params IReadOnlyList<(string Section, object Options)> hosts)
    {
        List<(string Section, object Options)> bound =
        [
            ("Providers:Duel", Bind<DuelOptions>("Providers:Duel")),
            ("Providers:AvantLink", Bind<AvantLinkOptions>("Providers:AvantLink")),
            ("Providers:Retrack", Bind<RetrackOptions>("Providers:Retrack")),
            ("Providers:Katalys", Bind<KatalysOptions>("Providers:Katalys")),
            ("Webhooks:Shopify", Bind<ShopifyOptions>("Webhooks:Shopify")),
            ("Webhooks:WooCommerce", Bind<WooCommerceOptions>("Webhooks:WooCommerce")),
            ("Redirect", Bind<RedirectOptions>("Redirect")),
            ("Storefront", Bind<StorefrontOptions>("Storefront")),
            ("Gallery", Bind<GalleryOptions>("Gallery")),
            ("Intake", Bind<IntakeOptions>("Intake")),
            ("Ledger", Bind<LedgerOptions>("Ledger")),
            ("OperatorEvents", Bind<OperatorEventOptions>("OperatorEvents")),
            .. hosts,
        ];
        var settings = bound.SelectMany(each => Of(each.Section, each.Options)).ToList();
        // What is set beside them: secrets, and what is misspelt or not ours.
        var told = settings.Select(setting => setting.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var sections = ServiceRegistration.Sections.Concat(hosts.Select(host => host.Section)).Append("Logging");
        settings.AddRange(
            sections
                .SelectMany(section => configuration.GetSection(section).AsEnumerable())
                .Where(setting => setting.Value is not null && !told.Contains(NameOf(setting.Key)))
                .OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase)
                .Select(setting => Row(setting.Key, setting.Value))
        );
        return settings;
    }

    private TOptions Bind<TOptions>(string section)
        where TOptions : new() => SettingsSection.Bind<TOptions>(configuration, section, new List<string>());

    private IEnumerable<SettingInForce> Of(string section, object options)
    {
        foreach (var property in options.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var (key, value) = ($"{section}:{property.Name}", property.GetValue(options));
            if (value is IDictionary { Count: > 0 })
            {
                // By its own names, below.
                continue;
            }

            if (value is IEnumerable list and not string)
            {
                var items = list.Cast<object?>().ToList();
                foreach (var (index, item) in items.Index())
                {
                    yield return Row($"{key}:{index}", Text(item));
                }

                if (items.Count > 0)
                {
                    continue;
                }

                value = null;
            }

            yield return Row(key, Text(value));
        }
    }

    private SettingInForce Row(string key, string? value) =>
        new(
            NameOf(key),
            value is null or "" ? null
                : Secrets.Any(secret => key.StartsWith(secret, StringComparison.OrdinalIgnoreCase)) ? Masked
                : UserInfo().Replace(value, $"//{Masked}@"),
            SourceOf(key)
        );

    // The one that was added last counts.
    private string SourceOf(string key) =>
        configuration.Providers.Reverse().FirstOrDefault(provider => provider.TryGet(key, out _)) switch
        {
            null => Default,
            JsonConfigurationProvider file => Path.GetFileName(file.Source.Path) ?? "a file",
            CommandLineConfigurationProvider => "command line",
            MemoryConfigurationProvider => madeUpBy,
            // The host's own settings: ASPNETCORE_... and DOTNET_...
            EnvironmentVariablesConfigurationProvider or ChainedConfigurationProvider => "environment",
            var other => other.GetType().Name,
        };

    private static string NameOf(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static string? Text(object? value) =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value?.ToString(),
        };

    [GeneratedRegex("//[^/@]*@")]
    private static partial Regex UserInfo();
}
