namespace OrderFunctions.Credentials;

/// <summary>Where secrets are kept: Key Vault, or configuration on a developer's machine.</summary>
public interface ISecretStore
{
    /// <summary>The secret's value, or null where there is none of that name.</summary>
    Task<string?> FindAsync(string name, CancellationToken cancellationToken);
}
