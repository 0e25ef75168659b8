namespace OrderFunctions.Credentials;

/// <summary>A secret that a call needs is not to be had: no call was made.</summary>
/// <param name="message">Which secret, where it was looked for, and what to do; never its value.</param>
public sealed class CredentialUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the store could not be asked, so that what it said last may still hold.</summary>
    public bool IsOutage { get; init; }
}
