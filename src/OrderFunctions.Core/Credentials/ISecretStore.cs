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

/// <summary>A secret that a call needs is not to be had: no call was made.</summary>
/// <param name="message">Which secret, where it was looked for, and what to do; never its value.</param>
public sealed class CredentialUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the store could not be asked, so that what it said last may still hold.</summary>
    public bool IsOutage { get; init; }
}
