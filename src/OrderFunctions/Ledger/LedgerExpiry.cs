using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using OrderFunctions.Ledger;

namespace OrderFunctions.App.Ledger;

/// <summary>
/// Deletes what had its last change longer ago than Ledger__Retention, and takes out of the rest what is remembered for
/// longer than Ledger__RememberFor: Table storage keeps everything until told otherwise. What one run does not come to,
/// the next one does.
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
    private const int WritesAtOnce = 16;
    private const int NotFound = 404;
    private const int PreconditionFailed = 412;
    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey),
        nameof(TableEntity.RowKey),
        nameof(TableEntity.Timestamp),
        LedgerRow.ChangedAt,
    ];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var began = timeProvider.GetTimestamp();
        var now = timeProvider.GetUtcNow();
        var (changedBefore, rememberedUntil) = (now - options.Retention, now - options.RememberFor);
        // Timestamp is Table storage's own: when a row was last written. No column but the keys has an index, so all rows
        // are looked at.
        var due =
            $"Timestamp lt {Literal(changedBefore)} or {LedgerRow.ChangedAt} lt {Literal(changedBefore)} or {LedgerRow.RemembersSince} le {Literal(rememberedUntil)}";
        try
        {
            var pages = table
                .QueryAsync<TableEntity>(due, select: Columns, cancellationToken: cancellationToken)
                .AsPages(await TakePositionAsync(cancellationToken));
            var (deleted, forgotten) = (0, 0);
            await foreach (var page in pages)
            {
                var expired = page
                    .Values.Where(row => row.PartitionKey != StateRow.Partition)
                    .ToLookup(row => LedgerRow.LastChange(row) < changedBefore);
                deleted += await CountAsync(expired[true], DeleteAsync, cancellationToken);
                forgotten += await CountAsync(
                    expired[false],
                    (row, token) => ForgetAsync(row, rememberedUntil, token),
                    cancellationToken
                );
                if (page.ContinuationToken is { } next && timeProvider.GetElapsedTime(began) >= RunTime)
                {
                    var position = new TableEntity(Partition, Position) { [Next] = next };
                    await table.UpsertEntityAsync(position, TableUpdateMode.Replace, cancellationToken);
                    Expired(
                        deleted,
                        changedBefore,
                        forgotten,
                        rememberedUntil,
                        "not all was looked at, the next run goes on from here"
                    );
                    return;
                }
            }

            Expired(deleted, changedBefore, forgotten, rememberedUntil, "all was looked at");
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
    private static async Task<int> CountAsync(
        IEnumerable<TableEntity> rows,
        Func<TableEntity, CancellationToken, Task<bool>> write,
        CancellationToken cancellationToken
    )
    {
        var count = 0;
        await Parallel.ForEachAsync(
            rows,
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellationToken },
            async (row, token) =>
            {
                try
                {
                    if (await write(row, token))
                    {
                        Interlocked.Increment(ref count);
                    }
                }
                catch (RequestFailedException error) when (error.Status is PreconditionFailed or NotFound)
                {
                    // It was changed or deleted a moment ago: what is left to do, the next run does.
                }
            }
        );
        return count;
    }

    private async Task<bool> DeleteAsync(TableEntity row, CancellationToken cancellationToken)
    {
        await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        return true;
    }

    // Written only over the row that was read: a delivery that saved in between loses nothing, and one that saves after
    // that reads it anew.
    private async Task<bool> ForgetAsync(
        TableEntity keys,
        DateTimeOffset rememberedUntil,
        CancellationToken cancellationToken
    )
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(
            keys.PartitionKey,
            keys.RowKey,
            cancellationToken: cancellationToken
        );
        if (!found.HasValue || !(found.Value!.GetDateTimeOffset(LedgerRow.RemembersSince) <= rememberedUntil))
        {
            return false;
        }

        var forgotten = LedgerRow.Forget(found.Value);
        await table.UpdateEntityAsync(forgotten, found.Value.ETag, TableUpdateMode.Replace, cancellationToken);
        return true;
    }

    private static string Literal(DateTimeOffset time) => $"datetime'{time.UtcDateTime:O}'";

    [LoggerMessage(
        202,
        LogLevel.Information,
        "ledger.expired {Deleted} entries deleted that had their last change before {Before:u}; {Forgotten} memories erased that nothing was added to since {Since:u}; {Rest}"
    )]
    private partial void Expired(int deleted, DateTimeOffset before, int forgotten, DateTimeOffset since, string rest);
}
