using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace OrderFunctions.App.Credentials;

/// <summary>Who the app is towards Service Bus, Table storage and Key Vault; one for all, since it caches its tokens.</summary>
public static class AzureCredential
{
    /// <summary>The client id of the user-assigned identity; unset: the app's own (system-assigned) one.</summary>
    public const string ClientIdSetting = "AZURE_CLIENT_ID";

    // App Service sets the first on its instances; the second is where an app with an identity gets its tokens, on
    // Flex Consumption too.
    private static readonly string[] SetInAzure = ["WEBSITE_INSTANCE_ID", "IDENTITY_ENDPOINT"];

    public static bool IsInAzure(IConfiguration environment) =>
        SetInAzure.Any(name => !string.IsNullOrEmpty(environment[name]));

    public static TokenCredential Create(IConfiguration environment) =>
        IsInAzure(environment)
            ? new ManagedIdentityCredential(Identity(environment))
            : new DefaultAzureCredential(
                // Asking a machine that has none for its identity takes longer than a secret's fetch may.
                new DefaultAzureCredentialOptions { ExcludeManagedIdentityCredential = true }
            );

    internal static ManagedIdentityId Identity(IConfiguration environment) =>
        environment[ClientIdSetting] is { Length: > 0 } clientId
            ? ManagedIdentityId.FromUserAssignedClientId(clientId)
            : ManagedIdentityId.SystemAssigned;
}
