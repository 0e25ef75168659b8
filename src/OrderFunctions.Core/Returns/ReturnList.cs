using Microsoft.Extensions.Logging;
using OrderFunctions.Ledger;
using OrderFunctions.Providers.AvantLink;

namespace OrderFunctions.Returns;

/// <summary>Finds in the ledger what came back, and marks what is given to a person.</summary>
public sealed partial class ReturnList(
    ILedger ledger,
    AvantLinkOptions options,
    TimeProvider timeProvider,
    ILogger<ReturnList> logger
)
{
    public const string ProviderName = AvantLinkProvider.ProviderName;

    /// <summary>What came back within the time, by when it did.</summary>
    /// <param name="since">The first moment; null: any.</param>
    /// <param name="until">The first moment that is too late; null: none is.</param>
    public async Task<IReadOnlyList<OrderReturn>> ReadAsync(
        DateTimeOffset? since,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    )
    {
        var now = timeProvider.GetUtcNow();
        var found = new List<OrderReturn>();
        await foreach (var entry in ledger.ListLeftAsync(ProviderName, since, until, cancellationToken))
        {
            if (OrderReturn.Of(entry, options, now) is { } orderReturn)
            {
                found.Add(orderReturn);
            }
        }

        return [.. found.OrderBy(each => each.LeftAt).ThenBy(each => each.OrderId, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Marks what was read, each order as it stands by now. Nobody else gets what is returned here; what another was
    /// given meanwhile is not in it. Where the ledger fails on the way, the rest stays as it was, to be listed again.
    /// </summary>
    /// <param name="withNoted">Whether those are marked, too, that the file can't say.</param>
    public async Task<IReadOnlyList<OrderReturn>> MarkAsync(
        IReadOnlyList<OrderReturn> listed,
        bool withNoted,
        CancellationToken cancellationToken
    )
    {
        var now = timeProvider.GetUtcNow();
        var marked = new List<OrderReturn>();
        if (!withNoted && listed.Count(each => each.Note is not null) is > 0 and var apart)
        {
            Apart(apart);
        }

        foreach (var each in listed.Where(each => withNoted || each.Note is null))
        {
            OrderReturn? current = null;
            try
            {
                await ledger.ChangeAsync(
                    each.OrderId,
                    ProviderName,
                    entry =>
                    {
                        current = entry is null ? null : OrderReturn.Of(entry, options, now);
                        current = withNoted || current?.Note is null ? current : null;
                        return current is null ? null : entry! with { Returned = entry.Left };
                    },
                    cancellationToken
                );
            }
            catch (LedgerUnavailableException error)
            {
                Stopped(error, each.OrderId, marked.Count);
                if (marked.Count == 0)
                {
                    throw;
                }

                break;
            }

            if (current is not null)
            {
                marked.Add(current);
                Marked(current.OrderId, current.Amount?.ToString(Invariant) ?? "all", current.Currency ?? "");
            }
        }

        return marked;
    }

    public ReturnFile FileOf(IEnumerable<OrderReturn> returns) =>
        ReturnFile.Of(returns, options.ReturnsMerchantId, timeProvider.GetUtcNow());

    private static readonly IFormatProvider Invariant = System.Globalization.CultureInfo.InvariantCulture;

    // What stands in the log can be told by hand where the file is lost on its way.
    [LoggerMessage(
        301,
        LogLevel.Information,
        "returns.marked order {OrderId}: {Amount} {Currency} given to be returned at AvantLink; it is not listed again"
    )]
    private partial void Marked(string orderId, string amount, string currency);

    [LoggerMessage(
        303,
        LogLevel.Warning,
        "returns.apart {Count} returns can't be told by AvantLink's file, and are not marked: GET /api/returns with format=json says which and why"
    )]
    private partial void Apart(int count);

    [LoggerMessage(
        302,
        LogLevel.Warning,
        "returns.stopped at order {OrderId}, which may be marked without having been given out, after {Marked} others; the rest is listed again"
    )]
    private partial void Stopped(Exception error, string orderId, int marked);
}
