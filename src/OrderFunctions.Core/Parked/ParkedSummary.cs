using OrderFunctions.Bus;

namespace OrderFunctions.Parked;

/// <summary>What is parked, by provider and reason, the largest group first.</summary>
/// <param name="IsComplete">False: time was up or there are too many groups, and the counts are the least that there is.</param>
public sealed record ParkedSummary(IReadOnlyList<ParkedGroup> Groups, bool IsComplete);

/// <param name="Provider">Null: the ERP's messages that are no order event.</param>
/// <param name="Example">The description of the oldest.</param>
/// <param name="Sums">What the deliveries' orders come to, by currency; an order counts with each of its deliveries.</param>
public sealed record ParkedGroup(
    string? Provider,
    string Reason,
    int Count,
    DateTimeOffset Oldest,
    DateTimeOffset Newest,
    string Example,
    IReadOnlyList<ParkedSum> Sums
);

public sealed record ParkedSum(string Currency, decimal Amount);

/// <summary>Adds parked deliveries up, one after another, oldest first.</summary>
internal sealed class ParkedSums
{
    // Reasons are a handful; but a broker's tool may write any.
    private const int MostGroups = 200;

    private readonly Dictionary<(string?, string), (ParkedGroup Group, Dictionary<string, decimal> Sums)> _groups = [];

    /// <returns>False where there is no room for another group.</returns>
    public bool TryAdd(ParkedDelivery parked)
    {
        var key = (parked.Provider, parked.Reason);
        if (!_groups.TryGetValue(key, out var found))
        {
            if (_groups.Count == MostGroups)
            {
                return false;
            }

            var first = new ParkedGroup(
                parked.Provider,
                parked.Reason,
                0,
                parked.ParkedAt,
                parked.ParkedAt,
                parked.Description,
                []
            );
            found = (first, new Dictionary<string, decimal>(StringComparer.Ordinal));
        }

        if (parked is { Amount: { } amount, Currency: { } currency })
        {
            found.Sums[currency] = found.Sums.GetValueOrDefault(currency) + amount;
        }

        _groups[key] = (found.Group with { Count = found.Group.Count + 1, Newest = parked.ParkedAt }, found.Sums);
        return true;
    }

    public ParkedSummary Summary(bool isComplete) =>
        new(
            [
                .. _groups
                    .Values.OrderByDescending(each => each.Group.Count)
                    .ThenBy(each => each.Group.Provider, StringComparer.Ordinal)
                    .ThenBy(each => each.Group.Reason, StringComparer.Ordinal)
                    .Select(each => each.Group with { Sums = Listed(each.Sums) }),
            ],
            isComplete
        );

    private static IReadOnlyList<ParkedSum> Listed(Dictionary<string, decimal> sums) =>
        [.. sums.OrderBy(sum => sum.Key, StringComparer.Ordinal).Select(sum => new ParkedSum(sum.Key, sum.Value))];
}
