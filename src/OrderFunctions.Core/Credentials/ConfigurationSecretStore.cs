using Microsoft.Extensions.Configuration;

namespace OrderFunctions.Credentials;

/// <summary>Secrets from settings named Credentials__{secret}: for one machine, never for production.</summary>
public sealed class ConfigurationSecretStore(IConfiguration configuration) : ISecretStore
{
    public Task<string?> FindAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(Find(configuration, name));

    public static string? Find(IConfiguration configuration, string name) =>
        configuration[$"Credentials:{name}"] is { Length: > 0 } value ? value : null;
}
