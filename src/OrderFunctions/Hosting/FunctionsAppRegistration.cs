using Azure.Core;
using Azure.Messaging.ServiceBus;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderFunctions.App.Bus;
using OrderFunctions.App.Credentials;
using OrderFunctions.App.Ledger;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Hosting;
using OrderFunctions.Ledger;
using OrderFunctions.Operations;

namespace OrderFunctions.App.Hosting;

public static class FunctionsAppRegistration
{
    /// <summary>Adds the whole system on Service Bus, Table storage and Key Vault.</summary>
    /// <exception cref="SettingsException">Something is missing or contradictory.</exception>
    public static IServiceCollection AddFunctionsApp(this IServiceCollection services, IConfiguration configuration)
    {
        var problems = new List<string>();
        var azure = new AzureSettings(configuration, problems);
        services.TryAddSingleton(_ => AzureCredential.Create(configuration));
        services.AddSingleton(container => azure.ServiceBusClient(container.GetRequiredService<TokenCredential>()));
        services.AddSingleton(container => azure.TableClient(container.GetRequiredService<TokenCredential>()));
        services.AddSingleton(OverviewScope.Instance);
        services.AddSingleton<IBus, ServiceBusBus>();
        services.AddSingleton<TableLedger>();
        services.AddSingleton<ILedger>(container => container.GetRequiredService<TableLedger>());
        services.AddSingleton<IStateStore>(container => container.GetRequiredService<TableLedger>());
        services.AddSingleton(
            ServiceRegistration.ReadLedgerOptions(configuration, problems, Entities.DuplicateWindow, "tableServiceUri")
        );
        services.AddSingleton(container =>
            ActivatorUtilities.CreateInstance<LedgerExpiry>(
                container,
                azure.PatientTableClient(container.GetRequiredService<TokenCredential>())
            )
        );
        if (azure.KeyVault is not { } vault)
        {
            return services.AddOrderFunctionsWithLocalSecrets(configuration, problems);
        }

        services.AddSingleton(container => new SecretClient(
            vault,
            container.GetRequiredService<TokenCredential>(),
            KeyVaultSecretStore.ClientOptions()
        ));
        services.AddSingleton<ISecretStore, KeyVaultSecretStore>();
        return services.AddOrderFunctions(configuration, hasSecret: null, problems);
    }
}
