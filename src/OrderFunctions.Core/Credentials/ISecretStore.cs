namespace OrderFunctions.Credentials;

/// <summary>Where secrets are kept: Key Vault, or configuration on a developer's machine.</summary>
public interface ISecretStore
{
    /// <param name="cancellationToken">Cancelled when the store takes too long.</param>
    /// <exception cref="CredentialUnavailableException">
    /// There is no such secret, it must not be used, or the store could not be asked; any other exception is taken for
    /// the last.
    /// </exception>
    Task<string> GetAsync(string name, CancellationToken cancellationToken);
}
