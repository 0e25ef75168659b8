using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using OrderFunctions.Credentials;
using CredentialUnavailableException = OrderFunctions.Credentials.CredentialUnavailableException;

namespace OrderFunctions.App.Credentials;

/// <summary>Says why Key Vault gave no usable secret, and what to do: pure, and never with the secret's value.</summary>
internal static class KeyVaultFailure
{
    public static CredentialUnavailableException Explain(Exception error, string name, Uri vault)
    {
        // A token that failed may have such an answer within it, but not the vault's.
        var answer = Find<AuthenticationFailedException>(error) is null ? Find<RequestFailedException>(error) : null;
        var status = answer?.Status ?? 0;
        if (status == 403)
        {
            return new CredentialUnavailableException(WhyForbidden(answer!, name, vault), error);
        }

        if (status == 404)
        {
            return new CredentialUnavailableException(
                $"The secret '{name}' is not in {vault}: add it under that name, or recover it if it was deleted.",
                error
            );
        }

        // 401: the vault does not know us, and says nothing of the secret.
        if (status is 0 or 401 or 408 or 429 or >= 500)
        {
            return new CredentialUnavailableException(
                $"The secret '{name}' could not be fetched from {vault}: {WhyDown(error, status)}",
                error
            )
            {
                IsOutage = true,
            };
        }

        return new CredentialUnavailableException(
            $"{vault} answered {status} when asked for the secret '{name}': check KeyVault__Uri and the log.",
            error
        );
    }

    /// <summary>Why a secret that Key Vault gave must not be used; null: it may.</summary>
    /// <remarks>Key Vault gives out a secret before its first and after its last day, and leaves it to the caller.</remarks>
    public static string? WhyUnfit(KeyVaultSecret secret, Uri vault, DateTimeOffset now)
    {
        var what = $"The secret '{secret.Name}' in {vault}";
        if (secret.Properties.ExpiresOn <= now)
        {
            return $"{what} expired at {Text(secret.Properties.ExpiresOn.Value)}: add a new version, or move its expiry.";
        }

        if (secret.Properties.NotBefore > now)
        {
            return $"{what} is not valid before {Text(secret.Properties.NotBefore.Value)}: move its activation date.";
        }

        if (string.IsNullOrWhiteSpace(secret.Value))
        {
            return $"{what} is empty: add a new version.";
        }

        // Such a value can't stand in a header, or is refused there: files and consoles add line ends.
        return secret.Value.Any(char.IsControl)
            ? $"{what} has a line end or another control character in it: add a new version without."
            : null;
    }

    // The inner code stands nowhere but in the body, which is an error's and holds no secret.
    private static string WhyForbidden(RequestFailedException answer, string name, Uri vault)
    {
        if (answer.Message.Contains("SecretDisabled", StringComparison.Ordinal))
        {
            return $"The secret '{name}' in {vault} is disabled: enable it, or add a new version.";
        }

        return
            answer.Message.Contains("ForbiddenByFirewall", StringComparison.Ordinal)
            || answer.Message.Contains("ForbiddenByConnection", StringComparison.Ordinal)
            ? $"{vault} let nobody from here read the secret '{name}': allow the app's network in the vault's firewall."
            : $"{vault} does not let the app read the secret '{name}': give its identity the role Key Vault Secrets User.";
    }

    private static string WhyDown(Exception error, int status)
    {
        if (status == 429)
        {
            return "it is asked too often (429); it is asked again by itself.";
        }

        if (status == 401)
        {
            return "it did not accept the app's token (401); check that the app's identity and the vault share a tenant.";
        }

        if (status != 0)
        {
            return $"it answered {status}; it is asked again by itself.";
        }

        if (Find<AuthenticationFailedException>(error) is not null)
        {
            return $"no token was to be had; check {AzureCredential.ClientIdSetting} and that the identity is the app's (on your machine: az login).";
        }

        if (Find<JsonException>(error) is not null)
        {
            return "its answer could not be read; check KeyVault__Uri.";
        }

        return Find<OperationCanceledException>(error) is not null
            ? "no answer in time; it is asked again by itself."
            : "no connection; check KeyVault__Uri and the network. It is asked again by itself.";
    }

    // After its last attempt the client throws what all of them ended in, as one.
    private static TError? Find<TError>(Exception error)
        where TError : Exception =>
        error as TError
        ?? (error as AggregateException)?.Flatten().InnerExceptions.OfType<TError>().LastOrDefault()
        ?? (error.InnerException is { } inner ? Find<TError>(inner) : null);

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
