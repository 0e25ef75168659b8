using System.Globalization;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers.AvantLink;

namespace OrderFunctions.Returns;

/// <summary>
/// What came back of an order after AvantLink was told of it, and was not given to a person yet: the difference between
/// what AvantLink has and what is left. docs/providers.md says how AvantLink's return batch file is read. Pure.
/// </summary>
/// <param name="LeftAt">When the order came to stand so.</param>
/// <param name="Currency">ISO 4217; null: not known.</param>
/// <param name="Amount">What comes back of the goods, in major units, without tax; the lines make it. Null: not known.</param>
public sealed record OrderReturn(
    string OrderId,
    DateTimeOffset? PlacedAt,
    DateTimeOffset LeftAt,
    string? Currency,
    decimal? Amount,
    IReadOnlyList<ReturnLine> Lines
)
{
    /// <summary>"Returns must be submitted ... within 30 days of the order date" (providers.md, P-A5, P-A6).</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromDays(30);

    /// <summary>Why AvantLink's file can't say it, and a person has to; null: it can.</summary>
    public string? Note { get; init; }

    /// <summary>Null where nothing came back that was not given to a person yet.</summary>
    public static OrderReturn? Of(LedgerEntry entry, AvantLinkOptions options, DateTimeOffset now)
    {
        if (entry is not { Delivered: true, Left: { } left, LeftAt: { } leftAt })
        {
            return null;
        }

        var told = entry.ToldLast?.Goods;
        var before = entry.Returned ?? told;
        if (before is not null && before.Amount <= left.Amount)
        {
            return null;
        }

        var placedAt = told?.PlacedAt ?? ToldAt(entry);
        var isWhole = entry.Returned is null && left.Amount == 0;
        var reason = entry.Version.Status == OrderStatus.Cancelled ? ReturnLine.Cancelled : ReturnLine.Returned;
        var currency = new[] { before?.Currency, told?.Currency, left.Currency }.FirstOrDefault(each =>
            !string.IsNullOrEmpty(each)
        );
        var isComparable = before is not null && (left.Amount == 0 || left.Currency == currency);
        var isInFilesCurrency = isComparable && currency == options.ReturnsCurrency;
        var isSayable = isWhole || isInFilesCurrency;
        return new OrderReturn(
            entry.OrderId,
            placedAt,
            leftAt,
            currency,
            isComparable ? Money.WithDecimals(before!.Amount - left.Amount, Iso4217.Decimals(currency!)) : null,
            isWhole && !isInFilesCurrency ? [new ReturnLine(null, null, 1, reason)]
                : isComparable ? ReturnLine.Difference(before!, left, currency!, reason)
                : []
        )
        {
            Note =
                placedAt + Deadline < now ? Say($"AvantLink takes returns for 30 days; the order is of {placedAt:u}")
                : isSayable ? null
                : isComparable
                    ? $"the amounts are in {currency}, those of AvantLink's file in {options.ReturnsCurrency}"
                : before is null ? "what AvantLink was told of the order is not on record"
                : $"AvantLink was told {currency}, and what is left is stated in {left.Currency}",
        };
    }

    // Of an order told by a version that did not note when it was placed.
    private static DateTimeOffset? ToldAt(LedgerEntry entry) =>
        entry.Attempts.FirstOrDefault(attempt => attempt.Outcome == "delivered")?.At;

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
