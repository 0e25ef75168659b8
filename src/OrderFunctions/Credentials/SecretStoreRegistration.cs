using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderFunctions.Settings;

namespace OrderFunctions.Credentials;

public static class SecretStoreRegistration
{
    private const string UriSetting = "KeyVault:Uri";

    /// <summary>Adds Key Vault where KeyVault__Uri is set, else, on a developer's machine, the settings.</summary>
    /// <returns>Tells whether a secret is there; null where only a fetch can tell (Key Vault).</returns>
    /// <exception cref="SettingsException">KeyVault__Uri is missing in Azure, or no https address.</exception>
    public static Func<string, bool>? AddSecretStore(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[UriSetting] is not { Length: > 0 } setting)
        {
            if (AzureCredential.IsInAzure(configuration))
            {
                throw new SettingsException(["KeyVault__Uri is missing: in Azure the secrets come from Key Vault."]);
            }

            services.AddSingleton<ISecretStore, ConfigurationSecretStore>();
            return secret => ConfigurationSecretStore.Find(configuration, secret) is not null;
        }

        if (!Uri.TryCreate(setting, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new SettingsException([
                $"KeyVault__Uri is '{setting}'; it must be the vault's https address, such as https://my-shop.vault.azure.net/.",
            ]);
        }

        services.TryAddSingleton<TokenCredential>(_ => AzureCredential.Create(configuration));
        services.AddSingleton(container => new SecretClient(
            uri,
            container.GetRequiredService<TokenCredential>(),
            KeyVaultSecretStore.ClientOptions()
        ));
        services.AddSingleton<ISecretStore, KeyVaultSecretStore>();
        return null;
    }
}
