using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using OrderFunctions.Credentials;

namespace OrderFunctions.App.Credentials;

/// <summary>Secrets from Azure Key Vault, each in its newest version.</summary>
public sealed class KeyVaultSecretStore(SecretClient client, TimeProvider timeProvider) : ISecretStore
{
    /// <summary>
    /// Three attempts within <see cref="SecretCache.LongestFetch"/>: the library's own patience (100 seconds an attempt) would
    /// outlast the lock of the message that waits.
    /// </summary>
    public static SecretClientOptions ClientOptions() =>
        new()
        {
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = 2,
                Delay = TimeSpan.FromSeconds(0.5),
                MaxDelay = TimeSpan.FromSeconds(1),
                NetworkTimeout = TimeSpan.FromSeconds(3),
            },
            // The default, stated: the bodies are the secrets.
            Diagnostics = { IsLoggingContentEnabled = false },
        };

    public async Task<string> GetAsync(string name, CancellationToken cancellationToken)
    {
        KeyVaultSecret secret;
        try
        {
            secret = await client.GetSecretAsync(name, cancellationToken: cancellationToken);
        }
#pragma warning disable CA1031 // The library fails in many ways; each of them is explained.
        catch (Exception error)
#pragma warning restore CA1031
        {
            throw KeyVaultFailure.Explain(error, name, client.VaultUri);
        }

        return KeyVaultFailure.WhyUnfit(secret, client.VaultUri, timeProvider.GetUtcNow()) is { } reason
            ? throw new CredentialUnavailableException(reason)
            : secret.Value;
    }
}
