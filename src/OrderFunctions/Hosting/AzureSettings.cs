using Azure.Core;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Configuration;
using OrderFunctions.App.Bus;
using OrderFunctions.App.Credentials;
using OrderFunctions.App.Ledger;
using OrderFunctions.Hosting;

namespace OrderFunctions.App.Hosting;

/// <summary>
/// Where Service Bus, Table storage and Key Vault are: by identity (ServiceBus__fullyQualifiedNamespace,
/// Ledger__tableServiceUri, KeyVault__Uri) or, for the emulators, by connection string (ServiceBus, Ledger).
/// </summary>
internal sealed class AzureSettings
{
    private const string LedgerSetting = "Ledger";

    private readonly string? _serviceBus;
    private readonly string? _namespace;
    private readonly string? _ledger;
    private readonly Uri? _tables;

    /// <param name="problems">Gets a sentence for each thing that is missing or contradictory.</param>
    public AzureSettings(IConfiguration configuration, ICollection<string> problems)
    {
        foreach (var problem in SettingsSection.Misspelt(configuration, ServiceBusBus.Connection, "KeyVault"))
        {
            problems.Add(problem);
        }

        (_serviceBus, _namespace) = Either(
            configuration,
            ServiceBusBus.Connection,
            "fullyQualifiedNamespace",
            problems
        );
        if (_namespace?.Contains('/', StringComparison.Ordinal) == true)
        {
            problems.Add(
                $"ServiceBus__fullyQualifiedNamespace is '{_namespace}'; it must be a host name, such as my-shop.servicebus.windows.net."
            );
        }

        (_ledger, var tables) = Either(configuration, LedgerSetting, "tableServiceUri", problems);
        _tables = Https("Ledger__tableServiceUri", tables, "https://myshop.table.core.windows.net", problems);
        var vault = configuration["KeyVault:Uri"] is { Length: > 0 } uri ? uri : null;
        KeyVault = Https("KeyVault__Uri", vault, "https://my-shop.vault.azure.net", problems);
        if (vault is null && AzureCredential.IsInAzure(configuration))
        {
            problems.Add("KeyVault__Uri is missing: in Azure the secrets are in Key Vault.");
        }
    }

    /// <summary>Null: the secrets are in the settings, on a developer's machine.</summary>
    public Uri? KeyVault { get; }

    public ServiceBusClient ServiceBusClient(TokenCredential credential)
    {
        // A storefront waits for the answer, and the library's own patience is four minutes.
        var options = new ServiceBusClientOptions
        {
            RetryOptions = new ServiceBusRetryOptions
            {
                MaxRetries = 2,
                Delay = TimeSpan.FromSeconds(0.5),
                MaxDelay = TimeSpan.FromSeconds(2),
                TryTimeout = TimeSpan.FromSeconds(10),
            },
        };
        return _serviceBus is null
            ? new ServiceBusClient(_namespace!, credential, options)
            : new ServiceBusClient(_serviceBus, options);
    }

    public TableClient TableClient(TokenCredential credential)
    {
        // Two calls of the ledger must fit beside a delivery's four minutes of calls within the message's lock.
        var options = new TableClientOptions
        {
            Retry =
            {
                MaxRetries = 2,
                Delay = TimeSpan.FromSeconds(0.5),
                MaxDelay = TimeSpan.FromSeconds(2),
                NetworkTimeout = TimeSpan.FromSeconds(5),
            },
        };
        return TableClient(credential, options);
    }

    /// <summary>For looking through the whole table, a page of which takes Table storage up to 30 seconds.</summary>
    public TableClient PatientTableClient(TokenCredential credential)
    {
        // All attempts at a page fit between LedgerExpiry.RunTime and host.json's functionTimeout.
        var options = new TableClientOptions { Retry = { MaxRetries = 2, NetworkTimeout = TimeSpan.FromSeconds(35) } };
        return TableClient(credential, options);
    }

    private TableClient TableClient(TokenCredential credential, TableClientOptions options) =>
        _ledger is null
            ? new TableClient(_tables!, TableLedger.TableName, credential, options)
            : new TableClient(_ledger, TableLedger.TableName, options);

    // A connection string, or the address to which the app's identity is known; one of them.
    private static (string? Connection, string? Address) Either(
        IConfiguration configuration,
        string setting,
        string address,
        ICollection<string> problems
    )
    {
        var connection = configuration[setting] is { Length: > 0 } text ? text : null;
        var byIdentity = configuration[$"{setting}:{address}"] is { Length: > 0 } other ? other : null;
        if (connection is null == byIdentity is null)
        {
            problems.Add(
                connection is null
                    ? $"{setting}__{address} is missing (or {setting}, a connection string, for the emulator)."
                    : $"{setting} and {setting}__{address} are both set: remove one."
            );
        }

        return (connection, byIdentity);
    }

    private static Uri? Https(string setting, string? value, string example, ICollection<string> problems)
    {
        if (value is null || (Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps))
        {
            return value is null ? null : new Uri(value);
        }

        problems.Add($"{setting} is '{value}'; it must be an https address, such as {example}.");
        return null;
    }
}
