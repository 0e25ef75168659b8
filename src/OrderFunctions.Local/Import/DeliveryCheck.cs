using System.Text.Json;

namespace OrderFunctions.Local.Import;

/// <summary>Asks the server how each order of the file stands at each provider, and what was called since the import began.</summary>
internal sealed class DeliveryCheck(ServerClient client, ImportOptions options, Progress progress)
{
    private const int AtOnce = 4;

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
            var orders = await ReadAsync(checkpoint, refused, parts, part, cancellationToken);
            var (partsBefore, before) = (part, tally.OrderCount);
            await Parallel.ForEachAsync(
                orders.All,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (order, token) =>
                {
                    tally.Add(order.Newest, await FindAsync(order.Id, token), checkpoint.Since);
                    var done = (double)(tally.OrderCount - before) / orders.Count;
                    progress.Show((partsBefore + done) / parts, Text.Of($"{tally.OrderCount:N0} orders checked"));
                }
            );
        }

        return tally;
    }

    private async Task<FileOrders> ReadAsync(
        Checkpoint checkpoint,
        RefusedLines refused,
        int parts,
        int part,
        CancellationToken cancellationToken
    )
    {
        var orders = new FileOrders(checkpoint.Providers);
        await using var file = File.OpenRead(options.File);
        await using var refusals = refused.NumbersAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var hasRefusal = await refusals.MoveNextAsync();
        await foreach (var line in LineReader.ReadAsync(file, before: 0, cancellationToken))
        {
            if (line.End > checkpoint.Offset)
            {
                break;
            }

            if (hasRefusal && refusals.Current == line.Number)
            {
                hasRefusal = await refusals.MoveNextAsync();
            }
            else if (!line.IsBlank)
            {
                Add(orders, line, id => (uint)id.GetHashCode(StringComparison.Ordinal) % parts == part);
            }
        }

        return orders;
    }

    private static void Add(FileOrders orders, Line line, Func<string, bool> isWanted)
    {
        try
        {
            orders.Add(line, isWanted);
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ImportFailedException(
                Text.Of($"Line {line.Number:N0} has changed since it was accepted."),
                error
            );
        }
    }

    private async Task<IReadOnlyList<DeliveryStanding>> FindAsync(string orderId, CancellationToken cancellationToken)
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
