using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.App.Credentials;
using OrderFunctions.App.Ledger;
using OrderFunctions.Credentials;
using OrderFunctions.Hosting;
using OrderFunctions.Ledger;

namespace OrderFunctions.Tests.Hosting;

public sealed class AzureSettingsTests
{
    private static readonly (string, string?)[] ByIdentity =
    [
        ("ServiceBus:fullyQualifiedNamespace", "my-shop.servicebus.windows.net"),
        ("Ledger:tableServiceUri", "https://myshop.table.core.windows.net/"),
        ("KeyVault:Uri", "https://my-shop.vault.azure.net/"),
        ("IDENTITY_ENDPOINT", "http://localhost/msi/token"),
    ];

    private static readonly (string, string?)[] ByConnection =
    [
        ("ServiceBus", "Endpoint=sb://localhost;UseDevelopmentEmulator=true;"),
        ("Ledger", "UseDevelopmentStorage=true"),
    ];

    [Fact]
    public async Task By_identity_with_a_vault_everything_is_there()
    {
        await using var services = Start([.. ByIdentity, ("Providers:Duel:Enabled", "true")]);

        Assert.IsType<KeyVaultSecretStore>(services.GetRequiredService<ISecretStore>());
        Assert.Equal(
            "https://my-shop.vault.azure.net/",
            services.GetRequiredService<SecretClient>().VaultUri.AbsoluteUri
        );
        Assert.NotNull(services.GetRequiredService<TokenCredential>());
    }

    [Fact]
    public async Task By_connection_string_the_secrets_are_in_the_settings()
    {
        await using var services = Start([.. ByConnection, ("Credentials:a", "here")]);

        Assert.Equal("here", await services.GetRequiredService<ISecretStore>().GetAsync("a", default));
    }

    [Fact]
    public async Task How_long_the_ledger_remembers_can_be_set_beside_either_address_of_it()
    {
        foreach (var settings in new[] { ByIdentity, ByConnection })
        {
            await using var services = Start([.. settings, ("Ledger:Retention", "30.00:00:00")]);

            Assert.Equal(TimeSpan.FromDays(30), services.GetRequiredService<LedgerOptions>().Retention);
            Assert.NotNull(services.GetRequiredService<LedgerExpiry>());
        }
    }

    [Fact]
    public void Everything_that_is_missing_is_told_at_once()
    {
        var error = Assert.Throws<SettingsException>(() =>
            Start(("IDENTITY_ENDPOINT", "http://localhost/msi/token"), ("Providers:Katalys:Enabled", "true"))
        );

        Assert.Equal(
            [
                "ServiceBus__fullyQualifiedNamespace is missing (or ServiceBus, a connection string, for the emulator).",
                "Ledger__tableServiceUri is missing (or Ledger, a connection string, for the emulator).",
                "KeyVault__Uri is missing: in Azure the secrets are in Key Vault.",
                "Providers__Katalys__SiteId is missing: set it to the Site ID that the storefront's Katalys script uses.",
            ],
            error.Problems
        );
    }

    [Fact]
    public void Without_a_vault_a_secret_that_is_missing_stops_the_start()
    {
        var error = Assert.Throws<SettingsException>(() =>
            Start([
                .. ByConnection,
                ("Providers:Retrack:Enabled", "true"),
                ("Providers:Retrack:EventId", $"{Guid.NewGuid()}"),
            ])
        );

        Assert.Contains(
            "Credentials__retrack-bearer-token is missing",
            Assert.Single(error.Problems),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "ServiceBus",
        "Endpoint=sb://localhost",
        "ServiceBus and ServiceBus__fullyQualifiedNamespace are both set"
    )]
    [InlineData("Ledger", "UseDevelopmentStorage=true", "Ledger and Ledger__tableServiceUri are both set")]
    [InlineData("ServiceBus:fullyQualifiedNamespace", "sb://my-shop", "it must be a host name")]
    [InlineData("Ledger:tableServiceUri", "myshop", "Ledger__tableServiceUri is 'myshop'; it must be an https address")]
    [InlineData(
        "Ledger:Retention",
        "13.00:00:00",
        "Ledger__Retention is 13.00:00:00; it must be from 14 to 36500 days"
    )]
    [InlineData(
        "Ledger:RememberFor",
        "36501.00:00:00",
        "Ledger__RememberFor is 36501.00:00:00; it must be from 0 to 36500 days"
    )]
    [InlineData("Ledger:RememberFor", "-00:00:01", "Ledger__RememberFor is -00:00:01; it must be from 0")]
    [InlineData(
        "Ledger:WaitForAttribution",
        "1.00:00:01",
        "Ledger__WaitForAttribution is 1.00:00:01; it must be from 0 to 1 day"
    )]
    [InlineData(
        "Ledger:WaitForAttribution",
        "-00:00:01",
        "Ledger__WaitForAttribution is -00:00:01; it must be from 0 to 1 day"
    )]
    [InlineData("Ledger:RememberFor", "long", "Ledger__RememberFor is 'long'; it must be a time span")]
    [InlineData(
        "Ledger:RemeberFor",
        "90.00:00:00",
        "Ledger__RemeberFor is no setting; did you mean Ledger__RememberFor?"
    )]
    [InlineData("Ledger:Retntion", "90.00:00:00", "Ledger__Retntion is no setting; did you mean Ledger__Retention?")]
    [InlineData("KeyVault:Uri", "http://my-shop", "KeyVault__Uri is 'http://my-shop'; it must be an https address")]
    public void A_contradiction_stops_the_start_with_a_sentence(string name, string value, string sentence)
    {
        var settings = ByIdentity.ToDictionary(setting => setting.Item1, setting => setting.Item2);
        settings[name] = value;

        var error = Assert.Throws<SettingsException>(() => Start([.. settings.Select(s => (s.Key, s.Value))]));

        Assert.Contains(sentence, Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ServicBus:fullyQualifiedNamespace", "ServicBus__... are no settings; did you mean ServiceBus__...?")]
    [InlineData("Leger:tableServiceUri", "Leger__... are no settings; did you mean Ledger__...?")]
    [InlineData("KeyVaults:Uri", "KeyVaults__... are no settings; did you mean KeyVault__...?")]
    public void A_misspelt_section_stops_the_start_and_the_right_one_is_named(string name, string sentence)
    {
        var error = Assert.Throws<SettingsException>(() => Start([.. ByIdentity, (name, "x")]));

        Assert.Equal(sentence, Assert.Single(error.Problems));
    }

    private static ServiceProvider Start(params (string Name, string? Value)[] settings) => App.Start(settings);
}
