using System.Collections.Concurrent;

namespace OrderFunctions.Import;

/// <summary>
/// Asks the server how each order of the file stands at each provider, and what was called since the import began; those
/// whose deliveries are still on their way again and again, for as long as the import waits.
/// </summary>
internal sealed class DeliveryCheck(
    ServerClient client,
    ImportOptions options,
    Progress progress,
    TimeProvider timeProvider
)
{
    private const int AtOnce = 4;
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _end = timeProvider.GetUtcNow() + options.Wait;

    private TimeSpan Left => _end - timeProvider.GetUtcNow();

    public async Task<DeliveryTally> RunAsync(
        Checkpoint checkpoint,
        RefusedLines refused,
        CancellationToken cancellationToken
    )
    {
        var tally = new DeliveryTally();
        var parts = (int)(checkpoint.Offset / options.MostBytesChecked) + 1;
        for (var part = 0; part < parts; part++)
        {
            var (partsBefore, before) = (part, tally.OrderCount);
            var orders = await FileOrders.ReadAsync(
                options.File,
                checkpoint,
                refused,
                id => (uint)id.GetHashCode(StringComparison.Ordinal) % parts == partsBefore,
                cancellationToken
            );
            await CheckAsync(
                orders,
                checkpoint.Since,
                (order, deliveries) =>
                {
                    tally.Add(order.Newest, deliveries, options.Again, checkpoint.Since);
                    var done = (double)(tally.OrderCount - before) / orders.Count;
                    progress.Show((partsBefore + done) / parts, Text.Of($"{tally.OrderCount:N0} orders checked"));
                },
                cancellationToken
            );
        }

        return tally;
    }

    private async Task CheckAsync(
        FileOrders orders,
        DateTimeOffset since,
        Action<FileOrder, IReadOnlyList<DeliveryStatus>> settled,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyCollection<FileOrder> open = [.. orders.All];
        while (open.Count > 0)
        {
            var isLast = Left <= TimeSpan.Zero;
            var still = new ConcurrentQueue<FileOrder>();
            await Parallel.ForEachAsync(
                open,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (order, token) =>
                {
                    var deliveries = await FindAsync(order.Id, token);
                    if (!isLast && IsPending(order, deliveries, since))
                    {
                        still.Enqueue(order);
                    }
                    else
                    {
                        settled(order, deliveries);
                    }
                }
            );
            open = still;
            if (open.Count > 0 && Left > TimeSpan.Zero)
            {
                progress.Show(
                    (double)(orders.Count - open.Count) / orders.Count,
                    Text.Of($"waiting up to {Left.TotalSeconds:0} s for {open.Count:N0} orders to be told")
                );
                await Task.Delay(Left < BetweenRounds ? Left : BetweenRounds, timeProvider, cancellationToken);
            }
        }
    }

    private bool IsPending(FileOrder order, IReadOnlyList<DeliveryStatus> deliveries, DateTimeOffset since) =>
        order.Newest.Any(newest =>
        {
            var delivery = deliveries.FirstOrDefault(delivery => delivery.Provider == newest.Provider);
            DateTimeOffset? askedAt = options.Again.Contains(newest.Provider) ? since : null;
            return DeliveryStatus.StateOf(delivery, newest.OccurredAt, askedAt) switch
            {
                ProviderTally.Waiting => true,
                // One that is due only later is not waited for.
                ProviderTally.Retrying => delivery!.NextAttemptAt is not { } next || next <= _end,
                _ => false,
            };
        });

    private async Task<IReadOnlyList<DeliveryStatus>> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        var path = $"api/orders/{Uri.EscapeDataString(orderId)}";
        var reply = await client.GetAsync(path, options.Patience, cancellationToken);
        return reply.Status switch
        {
            200 => client.Read(reply, ImportJson.Default.OrderDeliveries).Deliveries,
            // None of its deliveries was taken up yet.
            404 => [],
            _ => throw client.Unexpected("GET /api/orders/{orderId}", reply),
        };
    }
}
