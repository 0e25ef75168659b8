using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;
using OrderFunctions.Ledger;

namespace OrderFunctions.App.Ledger;

/// <summary>
/// The ledger in Table storage: a partition for each order, a row for each provider, saved only over the row that
/// was read (its ETag). Another partition has the state records.
/// </summary>
internal sealed class TableLedger(TableClient table) : ILedger, IStateStore
{
    public const string TableName = "ledger";

    private const int NotFound = 404;
    private const int Conflict = 409;
    private const int PreconditionFailed = 412;

    public Task<LedgerEntry?> FindAsync(string orderId, string provider, CancellationToken cancellationToken) =>
        OrUnavailableAsync(
            async () =>
                await FindRowAsync(LedgerRow.PartitionKey(orderId), provider, cancellationToken) is { } row
                    ? LedgerRow.Entry(row)
                    : null,
            cancellationToken
        );

    public Task<StateRecord?> FindAsync(string name, CancellationToken cancellationToken) =>
        OrUnavailableAsync(
            async () =>
                await FindRowAsync(StateRow.Partition, name, cancellationToken) is { } row
                    ? StateRow.Record(row)
                    : null,
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

    /// <inheritdoc />
    /// <remarks>LeftAt has no index: the service looks at every row of the table, 1,000 or fewer an operation.</remarks>
    public async IAsyncEnumerable<LedgerEntry> ListLeftAsync(
        string provider,
        DateTimeOffset? since,
        DateTimeOffset? until,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // A row without LeftAt meets no comparison with it.
        var filter = $"RowKey eq '{provider}' and LeftAt ge {Time(since ?? DateTimeOffset.MinValue)}";
        filter += until is { } end ? $" and LeftAt lt {Time(end)}" : "";
        await using var pages = table
            .QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)
            .AsPages()
            .GetAsyncEnumerator(cancellationToken);
        while (await OrUnavailableAsync(() => TryReadAsync(pages), cancellationToken))
        {
            foreach (var row in pages.Current.Values)
            {
                yield return LedgerRow.Entry(row);
            }
        }

        static string Time(DateTimeOffset time) => $"datetime'{LedgerRow.NotBefore1601(time).UtcDateTime:O}'";
    }

    public async Task<LedgerEntry?> TrySaveAsync(LedgerEntry entry, CancellationToken cancellationToken) =>
        await TrySaveAsync(LedgerRow.Row(entry), entry.ETag, cancellationToken) is { } etag
            ? entry with
            {
                ETag = etag,
            }
            : null;

    public async Task<StateRecord?> TrySaveAsync(StateRecord record, CancellationToken cancellationToken)
    {
        record.ThrowIfInvalid();
        return await TrySaveAsync(StateRow.Row(record), record.ETag, cancellationToken) is { } etag
            ? record with
            {
                ETag = etag,
            }
            : null;
    }

    private static async Task<bool> TryReadAsync(IAsyncEnumerator<Page<TableEntity>> pages)
    {
        try
        {
            return await pages.MoveNextAsync();
        }
        catch (RequestFailedException error) when (error.Status == NotFound)
        {
            // The table is made when the first entry is saved.
            return false;
        }
    }

    // The new ETag; null: another has saved it since.
    private Task<string?> TrySaveAsync(TableEntity row, string? etag, CancellationToken cancellationToken) =>
        OrUnavailableAsync(
            async () =>
            {
                try
                {
                    var saved = await SaveAsync(row, etag, cancellationToken);
                    return saved.Headers.ETag!.Value.ToString();
                }
                catch (RequestFailedException error)
                    when (error.Status is Conflict or PreconditionFailed
                        || (error.Status == NotFound && etag is not null)
                    )
                {
                    // Another was first; or we were, and the client's own repetition met what its first attempt had saved.
                    var found = await FindRowAsync(row.PartitionKey, row.RowKey, cancellationToken);
                    return found is not null && LedgerRow.IsSameSave(row, found) ? found.ETag.ToString() : null;
                }
            },
            cancellationToken
        );

    private async Task<Response> SaveAsync(TableEntity row, string? etag, CancellationToken cancellationToken)
    {
        if (etag is not null)
        {
            return await table.UpdateEntityAsync(row, new ETag(etag), TableUpdateMode.Replace, cancellationToken);
        }

        try
        {
            return await table.AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status == NotFound)
        {
            await table.CreateIfNotExistsAsync(cancellationToken);
            return await table.AddEntityAsync(row, cancellationToken);
        }
    }

    private async Task<TableEntity?> FindRowAsync(
        string partitionKey,
        string rowKey,
        CancellationToken cancellationToken
    )
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(
            partitionKey,
            rowKey,
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

    // Any other answer (a 400, say) is a defect of ours, which waiting does not mend. After its last attempt the client
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
