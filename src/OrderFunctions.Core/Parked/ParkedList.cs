using OrderFunctions.Bus;

namespace OrderFunctions.Parked;

/// <summary>
/// Walks over what is parked, page by page: a hundred thousand take no more memory than one page, and a person who waits
/// no longer than ten seconds.
/// </summary>
public sealed class ParkedList(IBus bus, TimeProvider timeProvider)
{
    /// <summary>How long a person waits for an answer, about.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int PageSize = 500;

    public async Task<ParkedSummary> SummarizeAsync(ParkedFilter filter, CancellationToken cancellationToken)
    {
        var sums = new ParkedSums();
        var hasRoom = true;
        var isWhole = await WalkAsync(
            upTo: long.MaxValue,
            parked => hasRoom &= !filter.Matches(parked) || sums.TryAdd(parked),
            cancellationToken
        );
        return sums.Summary(isWhole && hasRoom);
    }

    /// <param name="upTo">The place of the last that is meant.</param>
    public async Task<ParkedCount> CountAsync(ParkedRequest request, long upTo, CancellationToken cancellationToken)
    {
        var taken = request.Taken;
        var (matched, heldBack) = (0, 0);
        var unknown = new HashSet<string>(request.Filter.Ids ?? Enumerable.Empty<string>(), StringComparer.Ordinal);
        var isWhole = await WalkAsync(
            upTo,
            parked =>
            {
                unknown.Remove(parked.Id);
                if (request.Filter.Matches(parked))
                {
                    matched++;
                    heldBack += taken.Matches(parked) ? 0 : 1;
                }
            },
            cancellationToken
        );
        return new ParkedCount(matched, heldBack, isWhole, isWhole ? [.. unknown.Order(StringComparer.Ordinal)] : []);
    }

    /// <returns>Whether it came to the end.</returns>
    private async Task<bool> WalkAsync(long upTo, Action<ParkedDelivery> visit, CancellationToken cancellationToken)
    {
        var started = timeProvider.GetTimestamp();
        long? next = 0;
        // Nothing is filtered before it comes here: a page of few among many would take longer than anybody waits.
        while (next is { } after && after < upTo)
        {
            if (timeProvider.GetElapsedTime(started) >= Patience)
            {
                return false;
            }

            var page = await bus.ListParkedAsync(new ParkedFilter(), PageSize, after, cancellationToken);
            foreach (var parked in page.Items.Where(parked => parked.Place <= upTo))
            {
                visit(parked);
            }

            next = page.Next;
        }

        return true;
    }
}
