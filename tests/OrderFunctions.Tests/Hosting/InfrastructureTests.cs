using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.App.Bus;
using OrderFunctions.App.Credentials;
using OrderFunctions.App.Functions;
using OrderFunctions.App.Ledger;
using OrderFunctions.Bus;
using OrderFunctions.Diagnostics;
using OrderFunctions.Sandbox;
using OrderFunctions.Sandbox.Http;
using OrderFunctions.Sending;
using OrderFunctions.Storefronts;
using OrderFunctions.TestKit;

namespace OrderFunctions.Tests.Hosting;

/// <summary>What code, Bicep, the emulator and the samples call and set things to is the same.</summary>
public sealed partial class InfrastructureTests
{
    private static readonly string Bicep = Text("infra/modules/servicebus.bicep");
    private static readonly string AppBicep = Text("infra/modules/app.bicep");
    private static readonly JsonNode Emulator = JsonNode.Parse(Text("infra/emulator/Config.json"))!["UserConfig"]![
        "Namespaces"
    ]![0]!;

    [Fact]
    public void Bicep_names_the_entities_as_the_code_does()
    {
        Assert.Contains($"var topicName = '{Entities.Topic}'", Bicep, StringComparison.Ordinal);
        Assert.Contains($"var retryQueueName = '{Entities.Retry}'", Bicep, StringComparison.Ordinal);
        Assert.Contains($"var inboundQueueName = '{Entities.Inbound}'", Bicep, StringComparison.Ordinal);
        Assert.Contains(
            $"var providers = [{string.Join(", ", Samples.ProviderNames.Select(name => $"'{name}'"))}]",
            Bicep,
            StringComparison.Ordinal
        );
        Assert.Contains($"provider => '{Entities.QueuePrefix}${{provider}}'", Bicep, StringComparison.Ordinal);
        Assert.Contains($"forwardTo: '{Entities.QueuePrefix}${{provider}}'", Bicep, StringComparison.Ordinal);
        Assert.Contains(
            $"name: '{TableLedger.TableName}'",
            Text("infra/modules/storage.bicep"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Bicep_sets_the_entities_to_what_the_code_counts_on()
    {
        Assert.Equal(Entities.LockDuration, Duration("lockDuration"));
        Assert.Equal(Entities.MessageTimeToLive, Duration("timeToLive"));
        Assert.Equal(Entities.DuplicateWindow, Duration("duplicateWindow"));
        Assert.Contains($"var maxDeliveryCount = {Entities.MostDeliveries}\n", Bicep, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_subscription_takes_every_event()
    {
        Assert.Contains("sqlFilter: { sqlExpression: '1=1' }", Bicep, StringComparison.Ordinal);
        foreach (var subscription in Topic["Subscriptions"]!.AsArray())
        {
            Assert.Equal(
                "1=1",
                $"{Assert.Single(subscription!["Rules"]!.AsArray())!["Properties"]!["SqlFilter"]!["SqlExpression"]}"
            );
        }
    }

    [Fact]
    public void The_emulator_has_the_same_queues_and_forwards_dead_letters_alike()
    {
        var queues = Emulator["Queues"]!
            .AsArray()
            .ToDictionary(queue => $"{queue!["Name"]}", queue => queue!["Properties"]!);

        Assert.Equal(
            [.. Samples.ProviderNames.Select(Entities.QueueOf).Append(Entities.Inbound).Append(Entities.Retry).Order()],
            queues.Keys.Order()
        );
        foreach (var (name, properties) in queues)
        {
            Assert.Equal(
                name == Entities.Retry ? null : Entities.Retry,
                (string?)properties["ForwardDeadLetteredMessagesTo"]
            );
            Assert.Equal(Entities.MostDeliveries, (int)properties["MaxDeliveryCount"]!);
            Assert.Equal(Entities.LockDuration, XmlConvert.ToTimeSpan($"{properties["LockDuration"]}"));
        }
    }

    [Fact]
    public void The_emulator_has_the_same_topic_and_a_subscription_for_each_provider()
    {
        Assert.Equal(Entities.Topic, $"{Topic["Name"]}");
        Assert.True((bool)Topic["Properties"]!["RequiresDuplicateDetection"]!);
        Assert.Equal(
            Samples.ProviderNames.Select(name => $"{name} to {Entities.QueueOf(name)}"),
            Topic["Subscriptions"]!.AsArray().Select(s => $"{s!["Name"]} to {s["Properties"]!["ForwardTo"]}")
        );
    }

    [Fact]
    public async Task The_sample_settings_start_the_app()
    {
        await using var services = Start(Values());

        Assert.Equal(
            Sampled.Select(api => api.Name),
            services
                .GetRequiredService<ProviderChannels>()
                .All.Where(channel => channel.Provider.Options.Enabled)
                .Select(channel => channel.Provider.Name)
        );
    }

    [Fact]
    public void The_sample_settings_are_those_that_the_sandbox_takes_on_its_own()
    {
        var sample = Values();

        foreach (var setting in Sampled.SelectMany(api => api.Settings))
        {
            var name = setting.Name.Replace(":", "__", StringComparison.Ordinal);
            Assert.Equal((name, setting.Default), (name, sample[name]));
        }

        Assert.Equal($"{new SandboxOptions().Url}/duel", sample["Providers__Duel__BaseUrl"]);
    }

    [Fact]
    public async Task The_settings_that_Bicep_gives_start_the_app_with_all_of_Duels_rate()
    {
        // `name: value` within appSettings, and the shop's own in main.parameters.json.
        var settings = Regex
            .Match(AppBicep, @"var appSettings = \{(.*?)\n\}", RegexOptions.Singleline)
            .Groups[1]
            .Value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("//", StringComparison.Ordinal))
            .Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0], string? (pair) => pair[1].Trim());
        settings["ServiceBus__fullyQualifiedNamespace"] = "sb-x.servicebus.windows.net";
        settings["Ledger__tableServiceUri"] = "https://stx.table.core.windows.net/";
        settings["KeyVault__Uri"] = "https://kv-x.vault.azure.net/";
        foreach (var (name, value) in Parameters["settings"]!["value"]!.AsObject())
        {
            // ${AZD_NAME=default}
            var text = Variable().Match($"{value}").Groups["default"].Value;
            var given =
                name.EndsWith("Enabled", StringComparison.Ordinal) ? "true"
                : name.EndsWith("__ReturnsMerchantId", StringComparison.Ordinal) ? "10248"
                : name.EndsWith("Id", StringComparison.Ordinal) && text.Length == 0 ? $"{Guid.NewGuid()}"
                : text;
            // As Bicep does it.
            if (given.Length > 0)
            {
                settings[name] = given;
            }
        }

        await using var services = Start(settings);

        var duel = services.GetRequiredService<ProviderChannels>().Get("duel").Provider;
        Assert.Equal((true, 1500), (duel.Options.Enabled, duel.RequestsPerMinute));
        Assert.Contains(AzureCredential.ClientIdSetting, settings.Keys);
    }

    [Fact]
    public void Bicep_names_the_settings_of_further_shops_as_the_code_does()
    {
        var lists = Regex.Matches(AppBicep, @"'(?<name>\w+)__\$\{i\}',\n  i => (?<value>.*)\n").ToList();
        Assert.Equal(4, lists.Count);
        using var services = Start(
            new()
            {
                ["ServiceBus__fullyQualifiedNamespace"] = "sb-x.servicebus.windows.net",
                ["Ledger__tableServiceUri"] = "https://stx.table.core.windows.net/",
                ["KeyVault__Uri"] = "https://kv-x.vault.azure.net/",
                [$"{Name(0)}__0"] = "shop.example",
                [$"{Name(1)}__0"] = "outlet",
                [$"{Name(2)}__0"] = "b2b",
                [$"{Name(3)}__0"] = "b2b=https://b2b.example",
            }
        );

        var storefronts = services.GetRequiredService<StorefrontCatalog>();
        Assert.Equal(["outlet"], storefronts.Get("shopify")!.Options.Shops);
        Assert.Equal(
            "https://b2b.example/wp-json/wc/v3/orders/1/refunds?per_page=100",
            $"{storefronts.Get("woocommerce")!.RefundsUrl("1", "b2b")}"
        );

        string Name(int index) => lists[index].Groups["name"].Value;
    }

    [Fact]
    public void Functions_share_what_host_json_says_and_routes_are_whole()
    {
        var host = JsonNode.Parse(Text("host.json"))!;

        Assert.Equal("OpenTelemetry", $"{host["telemetryMode"]}");
        // Room for three attempts at the last page, 35 seconds each.
        Assert.True(
            TimeSpan.Parse($"{host["functionTimeout"]}", null) >= LedgerExpiry.RunTime + TimeSpan.FromMinutes(2)
        );
        Assert.Equal("", $"{host["extensions"]!["http"]!["routePrefix"]}");
        Assert.False((bool)host["extensions"]!["serviceBus"]!["autoCompleteMessages"]!);
        Assert.Equal(0, (int)host["extensions"]!["serviceBus"]!["prefetchCount"]!);
        Assert.True(
            TimeSpan.Parse($"{host["extensions"]!["serviceBus"]!["maxAutoLockRenewalDuration"]}", null)
                >= Entities.LockDuration
        );
    }

    [Fact]
    public void The_alerts_look_for_log_lines_that_there_are()
    {
        var events = Regex
            .Matches(Text("infra/modules/alerts.bicep"), "event: '(.*)'")
            .Select(match => match.Groups[1].Value);
        string[] written =
        [
            .. OperatorEvents.Types,
            .. Events(typeof(RetryFunctions)).Select(line => line.Split(' ')[0]),
        ];

        Assert.All(events, name => Assert.Contains(name, written));
        Assert.NotEmpty(events);
        // Before anything is logged there is no table to check the queries against.
        Assert.Contains("skipQueryValidation: true", Text("infra/modules/alerts.bicep"), StringComparison.Ordinal);
    }

    private static JsonNode Topic => Assert.Single(Emulator["Topics"]!.AsArray())!;

    private static JsonNode Parameters => JsonNode.Parse(Text("infra/main.parameters.json"))!["parameters"]!;

    private static Dictionary<string, string?> Values() =>
        JsonNode.Parse(Text("local.settings.sample.json"))!["Values"]!
            .AsObject()
            .ToDictionary(setting => setting.Key, setting => (string?)setting.Value);

    // A provider that the sample leaves out is off.
    private static IEnumerable<ProviderApi> Sampled =>
        SandboxProviders
            .Create(TimeProvider.System)
            .Where(api => Values().ContainsKey($"Providers__{api.DisplayName}__Enabled"));

    private static IEnumerable<string> Events(Type type) =>
        type.GetMethods(
                System.Reflection.BindingFlags.Instance
                    | System.Reflection.BindingFlags.NonPublic
                    | System.Reflection.BindingFlags.Public
            )
            .SelectMany(method => method.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType.Name == "LoggerMessageAttribute")
            .Select(attribute => $"{attribute.ConstructorArguments[^1].Value}\n");

    private static ServiceProvider Start(Dictionary<string, string?> settings) =>
        App.Start(settings.Select(setting => (setting.Key, setting.Value)));

    private static TimeSpan Duration(string name) =>
        XmlConvert.ToTimeSpan(Regex.Match(Bicep, $"var {name} = '(.*)'").Groups[1].Value);

    internal static string Text(string path) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "repository", path))
            .Replace("\r\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex(@"^\$\{[A-Z_]+(=(?<default>.*))?\}$")]
    private static partial Regex Variable();
}
