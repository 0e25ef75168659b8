using System.Net.Http.Headers;
using System.Text;
using OrderFunctions.Credentials;
using OrderFunctions.Providers;

namespace OrderFunctions.Delivery;

/// <summary>Makes Authorization headers of secrets, and has the mask hide whatever goes into one.</summary>
internal sealed class Authorizer(SecretCache secrets, Mask mask)
{
    /// <param name="refresh">Fetches secrets anew whose present values were refused.</param>
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
                return Header("Bearer", await SecretAsync(bearer.TokenSecret, refresh, cancellationToken));
            case Credential.Basic basic:
                var user = await SecretAsync(basic.UserSecret, refresh, cancellationToken);
                var password = await SecretAsync(basic.PasswordSecret, refresh, cancellationToken);
                return Header("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
            default:
                return null;
        }
    }

    private AuthenticationHeaderValue Header(string scheme, string parameter)
    {
        mask.Add(parameter);
        return new AuthenticationHeaderValue(scheme, parameter);
    }

    private async Task<string> SecretAsync(string name, bool refresh, CancellationToken cancellationToken)
    {
        var secret = await secrets.GetAsync(name, cancellationToken);
        if (refresh)
        {
            secret = await secrets.RefreshAsync(name, secret, cancellationToken);
        }

        mask.Add(secret);
        return secret;
    }
}
