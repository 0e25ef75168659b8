using Microsoft.Extensions.Configuration;

namespace OrderFunctions.Credentials;

/// <summary>Secrets from settings named Credentials__{secret}: for one machine, never for production.</summary>
public sealed class ConfigurationSecretStore(IConfiguration configuration) : ISecretStore
{
    public Task<string> GetAsync(string name, CancellationToken cancellationToken) =>
        Find(configuration, name) is { } value
            ? Task.FromResult(value)
            : Task.FromException<string>(
                new CredentialUnavailableException($"There is no secret '{name}': set Credentials__{name}.")
            );

    public static string? Find(IConfiguration configuration, string name) =>
        configuration[$"Credentials:{name}"] is { Length: > 0 } value ? value : null;
}
