using System.Net.Http.Headers;

namespace OrderFunctions.Providers;

/// <summary>Which secrets a request carries, by the names they have in Key Vault.</summary>
public abstract record Credential
{
    private Credential() { }

    public abstract IReadOnlyList<string> SecretNames { get; }

    /// <summary>The header it makes, with asterisks for the secrets.</summary>
    public AuthenticationHeaderValue? Masked =>
        this is None ? null : new AuthenticationHeaderValue(GetType().Name, "***");

    public sealed record None : Credential
    {
        public override IReadOnlyList<string> SecretNames => [];
    }

    public sealed record Bearer(string TokenSecret) : Credential
    {
        public override IReadOnlyList<string> SecretNames => [TokenSecret];
    }

    public sealed record Basic(string UserSecret, string PasswordSecret) : Credential
    {
        public override IReadOnlyList<string> SecretNames => [UserSecret, PasswordSecret];
    }
}
