using OrderFunctions.Bus;
using OrderFunctions.Handlers;
using OrderFunctions.Providers;

namespace OrderFunctions.Local;

/// <summary>
/// Does what the Functions host does in Azure: calls the handler of each queue for each of its messages. Every queue
/// has workers of its own, so that one provider that is slow or down never delays another.
/// </summary>
public sealed partial class QueuePump(
    IMessageReceiver receiver,
    ProviderCatalog catalog,
    DeliveryHandler deliveries,
    RetryHandler retries,
    InboundHandler inbound,
    TimeProvider timeProvider,
    ILogger<QueuePump> logger
) : BackgroundService
{
    /// <summary>How many of a provider's deliveries are under way at once.</summary>
    public const int WorkersPerProvider = 16;

    private const int OtherWorkers = 4;
    private static readonly TimeSpan ReceiveFailedPause = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var workers = catalog
            .Names.SelectMany(provider =>
                Workers(
                    Entities.QueueOf(provider),
                    WorkersPerProvider,
                    token => deliveries.HandleNextAsync(provider, receiver, token),
                    stoppingToken
                )
            )
            .Concat(Workers(Entities.Retry, retries.HandleAsync, stoppingToken))
            .Concat(Workers(Entities.Inbound, inbound.HandleAsync, stoppingToken));
        return Task.WhenAll(workers.ToList());
    }

    private IEnumerable<Task> Workers(
        string queue,
        Func<IMessageLock, CancellationToken, Task> handle,
        CancellationToken stoppingToken
    ) =>
        Workers(
            queue,
            OtherWorkers,
            async token => await handle(await receiver.ReceiveAsync(queue, token), token),
            stoppingToken
        );

    private IEnumerable<Task> Workers(
        string queue,
        int count,
        Func<CancellationToken, Task> handleNext,
        CancellationToken stoppingToken
    ) =>
        Enumerable
            .Range(0, count)
            .Select(_ => Task.Run(() => WorkAsync(queue, handleNext, stoppingToken), CancellationToken.None));

    private async Task WorkAsync(
        string queue,
        Func<CancellationToken, Task> handleNext,
        CancellationToken stoppingToken
    )
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await handleNext(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (BusUnavailableException)
            {
                // The bus itself has said so, once for all workers.
                await PauseAsync(stoppingToken);
            }
#pragma warning disable CA1031 // A worker that ends would leave its queue to fewer and fewer others.
            catch (Exception error)
            {
                ReceiveFailed(error, queue);
                await PauseAsync(stoppingToken);
            }
#pragma warning restore CA1031
        }
    }

    private async Task PauseAsync(CancellationToken stoppingToken) =>
        await Task.Delay(ReceiveFailedPause, timeProvider, stoppingToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(101, LogLevel.Error, "receive.failed {Queue}: trying again in a second")]
    private partial void ReceiveFailed(Exception error, string queue);
}
