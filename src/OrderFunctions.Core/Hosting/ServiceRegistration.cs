using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Operators;
using OrderFunctions.Endpoints.Pages;
using OrderFunctions.Gallery;
using OrderFunctions.Handlers;
using OrderFunctions.Intake;
using OrderFunctions.Ledger;
using OrderFunctions.Operations;
using OrderFunctions.Orders;
using OrderFunctions.Parked;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Returns;
using OrderFunctions.Sending;
using OrderFunctions.Storefronts;
using OrderFunctions.Webhooks;

namespace OrderFunctions.Hosting;

public static class ServiceRegistration
{
    /// <summary>The sections that both hosts have.</summary>
    internal static readonly string[] Sections =
    [
        "Providers",
        "Webhooks",
        "Credentials",
        "Redirect",
        "Storefront",
        "Gallery",
        "Intake",
        "Ledger",
        "OperatorEvents",
    ];

    /// <summary>
    /// Adds everything but what belongs to a host: it adds its <see cref="IBus"/>, <see cref="ILedger"/>,
    /// <see cref="IStateStore"/>, <see cref="LedgerOptions"/>, <see cref="OverviewScope"/> and <see cref="ISecretStore"/>.
    /// </summary>
    /// <param name="hasSecret">Tells whether a secret is there; null where only a later fetch can tell (Key Vault).</param>
    /// <param name="others">What is wrong with the host's own settings, to be told along.</param>
    /// <exception cref="SettingsException">Something is missing or contradictory.</exception>
    public static IServiceCollection AddOrderFunctions(
        this IServiceCollection services,
        IConfiguration configuration,
        Func<string, bool>? hasSecret = null,
        params IEnumerable<string> others
    )
    {
        var problems = new List<string>(others);
        var redirect = SettingsSection.Bind<RedirectOptions>(configuration, "Redirect", problems);
        var intake = SettingsSection.Bind<IntakeOptions>(configuration, "Intake", problems);
        var storefront = SettingsSection.Bind<StorefrontOptions>(configuration, "Storefront", problems);
        var gallery = SettingsSection.Bind<GalleryOptions>(configuration, "Gallery", problems);
        var operators = SettingsSection.Bind<OperatorEventOptions>(configuration, "OperatorEvents", problems);
        var isDuelEnabled = "true".Equals(configuration["Providers:Duel:Enabled"], StringComparison.OrdinalIgnoreCase);
        problems.AddRange(SettingsSection.Misspelt(configuration, Sections));
        problems.AddRange(redirect.Problems());
        problems.AddRange(storefront.Problems());
        problems.AddRange(gallery.Problems(isDuelEnabled, hasSecret));
        problems.AddRange(intake.Problems());
        problems.AddRange(operators.Problems(hasSecret));
        var storefronts = new WebhookSettings(configuration, hasSecret).Read(problems);
        var providers = new ProviderSettings(configuration, hasSecret).Read(problems);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Func<double>>(RandomNumber);
        services.AddSingleton(redirect);
        services.AddSingleton(storefront);
        services.PostConfigure<ForwardedHeadersOptions>(storefront.Trust);
        services.AddSingleton(gallery);
        services.AddSingleton(intake);
        services.AddSingleton(operators);
        var catalog = new ProviderCatalog(providers);
        services.AddSingleton(catalog);
        services.AddSingleton(new OrderEventReader(catalog.Names));
        services.AddSingleton(new StorefrontCatalog(storefronts));
        services.AddSingleton(providers.OfType<AvantLinkProvider>().Single().Options);
        services.AddSingleton(container =>
        {
            var states = container.GetRequiredService<IStateStore>();
            var log = container.GetRequiredService<SendingLog>();
            var time = container.GetRequiredService<TimeProvider>();
            return new ProviderChannels(providers.Select(provider => new ProviderChannel(provider, states, log, time)));
        });
        services.AddSingleton<ProviderPauses>();
        services.AddSingleton<ProviderGates>();
        services.AddSingleton<SecretCache>();
        services.AddSingleton<OperatorEventQueue>();
        services.AddSingleton<OperatorEvents>();
        services.AddHostedService<OperatorWebhook>();
        services.AddSingleton<OutageLog>();
        services.AddSingleton<DeliveryCounters>();
        services.AddSingleton<DeliveryLog>();
        services.AddSingleton<SendingLog>();
        services.AddSingleton<Settlement>();
        services.AddSingleton<Deliverer>();
        services.AddSingleton<ClickDeliverer>();
        services.AddSingleton<WaitingDeliveries>();
        services.AddSingleton<DeliveryHandler>();
        services.AddSingleton<RetryHandler>();
        services.AddSingleton<InboundHandler>();
        services.AddSingleton<OrderIntake>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<ShopApi>();
        services.AddSingleton<WebhookIntake>();
        services.AddSingleton<RefusedSignatures>();
        services.AddSingleton<ClickIntake>();
        services.AddSingleton<LargeBodies>();
        services.AddSingleton<OrderEndpoints>();
        services.AddSingleton<ParkedLog>();
        services.AddSingleton<ParkedList>();
        services.AddSingleton<ParkedSlices>();
        services.AddSingleton<ParkedJobs>();
        services.AddSingleton<ParkedEndpoints>();
        services.AddSingleton<ProviderSwitch>();
        services.AddSingleton<Overview>();
        services.AddSingleton<OperationsEndpoints>();
        services.AddSingleton<WebhookEndpoints>();
        services.AddSingleton<ReturnList>();
        services.AddSingleton<ReturnEndpoints>();
        services.AddSingleton<RetrackEndpoint>();
        services.AddSingleton<AllowedOrigins>();
        services.AddSingleton<ClickLimits>();
        services.AddSingleton<ClickEndpoints>();
        services.AddSingleton<AssetGallery>();
        services.AddSingleton<GalleryEndpoint>();
        services.AddSingleton<WarmUp>();
        services.AddSingleton<HealthEndpoints>();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = AfterBody.MostBytes);
        return services;
    }

    /// <summary>Adds the same with the secrets in the settings, where they are checked at start: for one machine.</summary>
    /// <exception cref="SettingsException">Something is missing or contradictory.</exception>
    public static IServiceCollection AddOrderFunctionsWithLocalSecrets(
        this IServiceCollection services,
        IConfiguration configuration,
        params IEnumerable<string> others
    )
    {
        services.AddSingleton<ISecretStore>(new ConfigurationSecretStore(configuration));
        return services.AddOrderFunctions(
            configuration,
            secret => ConfigurationSecretStore.Find(configuration, secret) is not null,
            others
        );
    }

    /// <summary>Reads and checks the settings of the ledger, which the host itself adds.</summary>
    /// <param name="duplicateWindow">How long the host's bus drops an event that it has had before.</param>
    /// <param name="others">Settings of the same section that the host itself reads.</param>
    public static LedgerOptions ReadLedgerOptions(
        IConfiguration configuration,
        List<string> problems,
        TimeSpan duplicateWindow,
        params string[] others
    )
    {
        var options = SettingsSection.Bind<LedgerOptions>(configuration, "Ledger", problems, others);
        var lifetime = Entities.MessageTimeToLive;
        problems.AddRange(options.Problems(lifetime > duplicateWindow ? lifetime : duplicateWindow));
        return options;
    }

    // For the jitter of waits; from any thread.
    private static double RandomNumber() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
