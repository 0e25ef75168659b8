using System.Net.Http.Headers;
using OrderFunctions.Credentials;
using OrderFunctions.Http;
using OrderFunctions.Providers;
using OrderFunctions.Redaction;

namespace OrderFunctions.Sending;

/// <summary>Makes Authorization headers of secrets, and has whatever goes into one cut out of what is kept.</summary>
internal sealed class Authorizer(SecretCache secrets, Redactor redactor)
{
    private readonly Dictionary<string, string> _used = [];

    /// <param name="refresh">Fetches secrets anew whose values, as they were used last, were refused.</param>
    /// <returns>Null where the credential is none.</returns>
    /// <exception cref="CredentialUnavailableException">A secret is not to be had.</exception>
    public async Task<AuthenticationHeaderValue?> AuthorizeAsync(
        Credential credential,
        bool refresh,
        CancellationToken cancellationToken
    )
    {
        switch (credential)
        {
            case Credential.Bearer bearer:
                var token = await SecretAsync(bearer.TokenSecret, refresh, cancellationToken);
                return token.All(letter => letter is >= ' ' and <= '~')
                    ? new AuthenticationHeaderValue("Bearer", token)
                    : throw new CredentialUnavailableException(
                        $"The secret '{bearer.TokenSecret}' has characters that no HTTP header takes, such as a line break."
                    );
            case Credential.Basic basic:
                var user = await SecretAsync(basic.UserSecret, refresh, cancellationToken);
                var password = await SecretAsync(basic.PasswordSecret, refresh, cancellationToken);
                var header = OutgoingHttp.BasicHeader(user, password);
                redactor.Add(header.Parameter!);
                return header;
            default:
                return null;
        }
    }

    private async Task<string> SecretAsync(string name, bool refresh, CancellationToken cancellationToken)
    {
        // What was refused, not what the cache has by now: that may be another worker's newer value.
        var secret =
            refresh && _used.TryGetValue(name, out var refused)
                ? await secrets.RefreshAsync(name, refused, cancellationToken)
                : await secrets.GetAsync(name, cancellationToken);
        _used[name] = secret;
        redactor.Add(secret);
        return secret;
    }
}
