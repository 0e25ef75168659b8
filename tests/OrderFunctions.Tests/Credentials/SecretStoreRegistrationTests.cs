using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Credentials;
using OrderFunctions.Settings;

namespace OrderFunctions.Tests.Credentials;

public sealed class SecretStoreRegistrationTests
{
    private readonly ServiceCollection _services = new();

    [Fact]
    public async Task With_a_vault_set_the_secrets_come_from_it_and_only_a_fetch_can_tell_whether_they_are_there()
    {
        Assert.Null(_services.AddSecretStore(Settings(("KeyVault:Uri", FakeVault.Uri), ("Credentials:a", "here"))));

        await using var container = _services.AddSingleton(TimeProvider.System).BuildServiceProvider();
        Assert.IsType<KeyVaultSecretStore>(container.GetRequiredService<ISecretStore>());
        Assert.Equal(FakeVault.Uri, container.GetRequiredService<SecretClient>().VaultUri.AbsoluteUri);
    }

    [Fact]
    public async Task Without_a_vault_on_a_developers_machine_they_come_from_the_settings()
    {
        var settings = Settings(("Credentials:a", "here"));
        var hasSecret = _services.AddSecretStore(settings);

        Assert.True(hasSecret!("a"));
        Assert.False(hasSecret("b"));
        await using var container = _services.AddSingleton<IConfiguration>(settings).BuildServiceProvider();
        Assert.Equal("here", await container.GetRequiredService<ISecretStore>().GetAsync("a", default));
    }

    [Fact]
    public void Without_a_vault_in_Azure_the_start_stops()
    {
        var error = Assert.Throws<SettingsException>(() =>
            _services.AddSecretStore(Settings(("WEBSITE_INSTANCE_ID", "4f1b"), ("Credentials:a", "here")))
        );

        Assert.Equal(
            "KeyVault__Uri is missing: in Azure the secrets come from Key Vault.",
            Assert.Single(error.Problems)
        );
    }

    [Theory]
    [InlineData("my-shop")]
    [InlineData("http://my-shop.vault.azure.net/")]
    public void An_address_that_is_none_stops_the_start(string uri)
    {
        var error = Assert.Throws<SettingsException>(() => _services.AddSecretStore(Settings(("KeyVault:Uri", uri))));

        Assert.StartsWith(
            $"KeyVault__Uri is '{uri}'; it must be",
            Assert.Single(error.Problems),
            StringComparison.Ordinal
        );
    }

    private static IConfiguration Settings(params (string Name, string? Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => setting.Value))
            .Build();
}
