namespace OrderFunctions.Credentials;

/// <summary>A secret that a call needs is not to be had: no call was made.</summary>
public sealed class CredentialUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
