using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrderFunctions.Ledger;

namespace OrderFunctions.App.Ledger;

/// <summary>
/// Deletes what had its last change longer ago than Ledger__Retention: Table storage keeps everything until told
/// otherwise. What one run does not come to, the next one does.
/// </summary>
public sealed partial class LedgerExpiry(
    TableClient table,
    LedgerOptions options,
    TimeProvider timeProvider,
    ILogger<LedgerExpiry> logger
)
{
    /// <summary>After this no further page is taken: host.json's functionTimeout has room for the one under way.</summary>
    public static readonly TimeSpan RunTime = TimeSpan.FromMinutes(8);

    // No order's: in an order's key, two hexadecimal digits follow each !.
    private const string Partition = "!expiry";
    private const string Position = "position";
    private const string Next = "Next";
    private const int DeletesAtOnce = 16;
    private const int NotFound = 404;
    private const int PreconditionFailed = 412;
    private static readonly string[] Keys = ["PartitionKey", "RowKey"];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        var before = timeProvider.GetUtcNow() - options.Retention;
        try
        {
            // Timestamp is Table storage's own: when a row was last written. It has no index, so all rows are looked at.
            var pages = table
                .QueryAsync<TableEntity>(
                    $"Timestamp lt datetime'{before.UtcDateTime:O}'",
                    select: Keys,
                    cancellationToken: cancellationToken
                )
                .AsPages(await TakePositionAsync(cancellationToken));
            var deleted = 0;
            await foreach (var page in pages)
            {
                deleted += await DeleteAsync(page.Values, cancellationToken);
                if (page.ContinuationToken is { } next && timeProvider.GetElapsedTime(began) >= RunTime)
                {
                    var position = new TableEntity(Partition, Position) { [Next] = next };
                    await table.UpsertEntityAsync(position, TableUpdateMode.Replace, cancellationToken);
                    Expired(deleted, before, "not all was looked at, the next run goes on from here");
                    return;
                }
            }

            Expired(deleted, before, "all was looked at");
        }
        catch (RequestFailedException error) when (error.Status == NotFound)
        {
            // The table is made when the first entry is saved.
        }
    }

    // Gone before it is used: one that Table storage does not take any more would fail every run.
    private async Task<string?> TakePositionAsync(CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(
            Partition,
            Position,
            cancellationToken: cancellationToken
        );
        if (!found.HasValue)
        {
            return null;
        }

        await table.DeleteEntityAsync(Partition, Position, ETag.All, cancellationToken);
        return found.Value!.GetString(Next);
    }

    // One by one: in a batch, one row that changed meanwhile would keep the others.
    private async Task<int> DeleteAsync(IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        var deleted = 0;
        await Parallel.ForEachAsync(
            rows,
            new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken },
            async (row, token) =>
            {
                try
                {
                    await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, token);
                    Interlocked.Increment(ref deleted);
                }
                catch (RequestFailedException error) when (error.Status == PreconditionFailed)
                {
                    // It was changed a moment ago, so it stays.
                }
            }
        );
        return deleted;
    }

    [LoggerMessage(
        202,
        LogLevel.Information,
        "ledger.expired {Deleted} entries deleted that had their last change before {Before:u}; {Rest}"
    )]
    private partial void Expired(int deleted, DateTimeOffset before, string rest);
}
