using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Diagnostics;
using OrderFunctions.Gallery;
using OrderFunctions.Ledger;
using OrderFunctions.Operations;
using OrderFunctions.Providers;
using OrderFunctions.Storefronts;
using OrderFunctions.Webhooks;

namespace OrderFunctions.Endpoints;

/// <summary>GET /health/live and /health/ready.</summary>
public sealed class HealthEndpoints(
    IBus bus,
    ILedger ledger,
    SecretCache secrets,
    ProviderCatalog catalog,
    StorefrontCatalog storefronts,
    ProviderSwitch providerSwitch,
    GalleryOptions gallery,
    OutageLog outages,
    WarmUp warmUp,
    TimeProvider timeProvider
)
{
    private const string Ok = "ok";

    /// <summary>A probe waits no longer, and a bus that is out of reach can take half a minute to say so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<(IReadOnlyDictionary<string, string> Checks, IReadOnlyList<string> Paused)>? _running;

    public static IResult Live() => Results.Json(new HealthResponse("live", null), EndpointJson.Default.HealthResponse);

    /// <summary>
    /// Once it is warm: 200 where the bus, the ledger and the secrets of all that is enabled (providers, shop platforms,
    /// gallery) can be had; else 503. A paused provider is named, and is no fault.
    /// </summary>
    public async Task<IResult> ReadyAsync(CancellationToken cancellationToken)
    {
        var (checks, paused) = await ChecksAsync().WaitAsync(cancellationToken);
        var isReady = checks.Values.All(check => check == Ok);
        return Results.Json(
            new HealthResponse(isReady ? "ready" : "unready", checks, paused.Count > 0 ? paused : null),
            EndpointJson.Default.HealthResponse,
            statusCode: isReady ? 200 : 503
        );
    }

    // Anyone may ask, so those who ask at the same time share the answer: a flood of them opens no flood of links.
    private Task<(IReadOnlyDictionary<string, string> Checks, IReadOnlyList<string> Paused)> ChecksAsync()
    {
        lock (_gate)
        {
            return _running is { IsCompleted: false } ? _running : _running = AskAllAsync();
        }
    }

    private async Task<(IReadOnlyDictionary<string, string> Checks, IReadOnlyList<string> Paused)> AskAllAsync()
    {
        var secretNames = catalog
            .All.Where(provider => provider.Options.Enabled)
            .SelectMany(provider => provider.SecretNames)
            .Concat(storefronts.All.Where(storefront => storefront.Options.Enabled).SelectMany(WebhookSecrets.Names))
            .Concat(gallery.SecretNames)
            .Distinct();
        IReadOnlyList<string> paused = [];
        var asking = CheckAsync(async () => paused = await providerSwitch.PausedAsync(CancellationToken.None));
        // All at once: together they take no longer than the slowest.
        List<(string Name, Task<string> Result)> asked =
        [
            ("bus", CheckAsync(() => bus.CheckAsync(CancellationToken.None), outages.BusWorks)),
            ("ledger", CheckAsync(() => ledger.ListAsync("health", CancellationToken.None), outages.LedgerWorks)),
            .. secretNames.Select(name =>
                ($"secret {name}", CheckAsync(() => secrets.GetAsync(name, CancellationToken.None)))
            ),
        ];
        warmUp.Run();
        var checks = new Dictionary<string, string>();
        foreach (var (name, result) in asked)
        {
            checks[name] = await result;
        }

        await asking;
        return (checks, paused);
    }

    /// <param name="works">Is told that it does.</param>
    private async Task<string> CheckAsync(Func<Task> check, Action? works = null)
    {
        try
        {
            await AskAsync(check).WaitAsync(Patience, timeProvider);
            works?.Invoke();
            return Ok;
        }
#pragma warning disable CA1031 // Whatever is wrong is the answer; its type says what without giving anything away.
        catch (Exception error)
        {
            return error switch
            {
                // Which vault and why is not for those who have no key.
                CredentialUnavailableException => "is not to be had; the log and the ledger say why",
                BusUnavailableException or LedgerUnavailableException => error.Message,
                TimeoutException => $"did not answer within {Patience.TotalSeconds} seconds",
                _ => error.GetType().Name,
            };
        }
#pragma warning restore CA1031
    }

    // Where nobody waits any more, the log still gets its line.
    private async Task AskAsync(Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (Exception error) when (error is BusUnavailableException or LedgerUnavailableException)
        {
            outages.Tell(error);
            throw;
        }
    }
}
