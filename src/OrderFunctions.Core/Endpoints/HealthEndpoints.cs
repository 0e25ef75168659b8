using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;

namespace OrderFunctions.Endpoints;

/// <summary>GET /health/live and /health/ready.</summary>
public sealed class HealthEndpoints(IBus bus, ILedger ledger, SecretCache secrets, ProviderChannels channels)
{
    private const string Ok = "ok";

    public static IResult Live() => Results.Json(new HealthAnswer("live", null), EndpointJson.Default.HealthAnswer);

    /// <summary>200 where the bus, the ledger and every enabled provider's secrets can be had; else 503.</summary>
    public async Task<IResult> ReadyAsync(CancellationToken cancellationToken)
    {
        var checks = new Dictionary<string, string>
        {
            ["bus"] = await CheckAsync(() => bus.CheckAsync(cancellationToken)),
            ["ledger"] = await CheckAsync(() => ledger.ListAsync("health", cancellationToken)),
        };
        // All at once: with the vault down each takes as long as a fetch may.
        var credentials = channels
            .All.Where(channel => channel.Provider.Options.Enabled)
            .SelectMany(channel => channel.Provider.SecretNames)
            .Select(secret => (secret, Check: CheckAsync(() => secrets.GetAsync(secret, cancellationToken))))
            .ToList();
        foreach (var (secret, check) in credentials)
        {
            checks[$"secret {secret}"] = await check;
        }

        var isReady = checks.Values.All(check => check == Ok);
        return Results.Json(
            new HealthAnswer(isReady ? "ready" : "unready", checks),
            EndpointJson.Default.HealthAnswer,
            statusCode: isReady ? 200 : 503
        );
    }

    private static async Task<string> CheckAsync(Func<Task> check)
    {
        try
        {
            await check();
            return Ok;
        }
#pragma warning disable CA1031 // Whatever is wrong is the answer; its type says what without giving anything away.
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return error switch
            {
                // Which vault and why is not for those who have no key.
                CredentialUnavailableException => "is not to be had; the log and the ledger say why",
                BusUnavailableException or LedgerUnavailableException => error.Message,
                _ => error.GetType().Name,
            };
        }
#pragma warning restore CA1031
    }
}
