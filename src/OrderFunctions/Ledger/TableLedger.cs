using System.Net.Sockets;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;

namespace OrderFunctions.Ledger;

/// <summary>
/// The ledger in Table storage: a partition for each order, a row for each provider, saved only over the row that
/// was read (its ETag).
/// </summary>
internal sealed class TableLedger(TableClient table) : ILedger
{
    public const string TableName = "ledger";

    private const int NotFound = 404;
    private const int Conflict = 409;
    private const int PreconditionFailed = 412;

    public Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken) =>
        OrUnavailableAsync(
            async () =>
                await FindRowAsync(orderId, provider, cancellationToken) is { } row ? LedgerRow.Entry(row) : null,
            cancellationToken
        );

    public Task<IReadOnlyList<LedgerEntry>> ListAsync(string orderId, CancellationToken cancellationToken) =>
        OrUnavailableAsync(
            async () =>
            {
                var entries = new List<LedgerEntry>();
                try
                {
                    // A partition key has no quote: LedgerRow escapes it.
                    var filter = $"PartitionKey eq '{LedgerRow.PartitionKey(orderId)}'";
                    await foreach (
                        var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)
                    )
                    {
                        entries.Add(LedgerRow.Entry(row));
                    }
                }
                catch (RequestFailedException error) when (error.Status == NotFound)
                {
                    // The table is made when the first entry is saved.
                }

                return (IReadOnlyList<LedgerEntry>)entries;
            },
            cancellationToken
        );

    public Task<bool> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        OrUnavailableAsync(
            async () =>
            {
                var row = LedgerRow.Row(entry);
                try
                {
                    await SaveAsync(entry, row, cancellationToken);
                    return true;
                }
                catch (RequestFailedException error)
                    when (error.Status is Conflict or PreconditionFailed
                        || (error.Status == NotFound && entry.ETag is not null)
                    )
                {
                    // Another was first; or we were, and the client's own repetition met what its first try had saved.
                    var found = await FindRowAsync(entry.OrderId, entry.Provider, cancellationToken);
                    return found is not null && LedgerRow.IsSameSave(row, found);
                }
            },
            cancellationToken
        );

    private async Task SaveAsync(LedgerEntry entry, TableEntity row, CancellationToken cancellationToken)
    {
        if (entry.ETag is not null)
        {
            await table.UpdateEntityAsync(row, new ETag(entry.ETag), TableUpdateMode.Replace, cancellationToken);
            return;
        }

        try
        {
            await table.AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status == NotFound)
        {
            await table.CreateIfNotExistsAsync(cancellationToken);
            await table.AddEntityAsync(row, cancellationToken);
        }
    }

    private async Task<TableEntity?> FindRowAsync(string orderId, string provider, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(
            LedgerRow.PartitionKey(orderId),
            provider,
            cancellationToken: cancellationToken
        );
        return found.HasValue ? found.Value : null;
    }

    private static async Task<T> OrUnavailableAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (IsOutage(error) && !cancellationToken.IsCancellationRequested)
        {
            var reason = error is RequestFailedException { Status: > 0 } failure
                ? $"Table storage answered {failure.Status} {failure.ErrorCode}".TrimEnd()
                : $"Table storage can't be reached ({error.GetType().Name})";
            throw new LedgerUnavailableException($"The ledger can't be had: {reason}.", error);
        }
    }

    // Any other answer (a 400, say) is a defect of ours, which waiting does not mend. After its last try the client
    // throws what all of them ended in, as an AggregateException.
    private static bool IsOutage(Exception error) =>
        error
            is RequestFailedException { Status: 0 or 401 or 403 or 404 or 408 or 429 or >= 500 }
                or AuthenticationFailedException
                or AggregateException
                or OperationCanceledException
                or TimeoutException
                or SocketException
                or IOException;
}
