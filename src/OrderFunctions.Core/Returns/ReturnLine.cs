using OrderFunctions.Orders;

namespace OrderFunctions.Returns;

/// <summary>One row of AvantLink's return batch file (providers.md, P-A4, P-A5).</summary>
/// <param name="Sku">As AvantLink was told it; null: not of one product.</param>
/// <param name="Amount">Of one piece, positive, in major units; null: all that AvantLink has of the order.</param>
/// <param name="Quantity">How many pieces; 1 where no piece is named, since the file wants a number.</param>
/// <param name="Reason">AvantLink's code.</param>
public sealed record ReturnLine(string? Sku, decimal? Amount, int Quantity, string Reason)
{
    /// <summary>Pieces came back.</summary>
    public const string Returned = "RETURN";

    /// <summary>The order was cancelled.</summary>
    public const string Cancelled = "CANCELED";

    /// <summary>Money went back, and the event does not say that pieces did.</summary>
    public const string Adjusted = "ADJUSTMENT";

    /// <summary>The lines that make the difference to the minor unit.</summary>
    /// <param name="before">What AvantLink has; more than what is left.</param>
    /// <param name="reason">Of pieces that came back.</param>
    internal static List<ReturnLine> Difference(ToldGoods before, ToldGoods left, string currency, string reason)
    {
        var decimals = Iso4217.Decimals(currency);
        var difference = Money.MinorUnits(before.Amount - left.Amount, decimals);
        var pieces = CameBack(before, left).ToList();
        var amounts = AtMost(difference, [.. pieces.Select(line => Money.MinorUnits(line.Amount, decimals))]);
        var lines = pieces.SelectMany((line, index) => Rows(line, amounts[index], decimals, reason)).ToList();
        var rest = difference - amounts.Sum();
        if (rest > 0)
        {
            var restReason = left.Amount == 0 ? reason : Adjusted;
            lines.Add(new ReturnLine(null, Money.FromMinorUnits(rest, decimals), 1, restReason));
        }

        return lines;
    }

    // An event states all lines, so one that is gone came back; one without lines does not say which did.
    private static IEnumerable<ToldLine> CameBack(ToldGoods before, ToldGoods left)
    {
        if (left.Amount == 0)
        {
            return before.Lines.Where(line => line is { Quantity: > 0, Amount: > 0 });
        }

        var kept = left.Lines.ToDictionary(line => line.Sku, StringComparer.Ordinal);
        return kept.Count == 0
            ? []
            : before
                .Lines.Select(line =>
                    kept.TryGetValue(line.Sku, out var same)
                        ? line with
                        {
                            Quantity = line.Quantity - same.Quantity,
                            Amount = line.Amount - same.Amount,
                        }
                        : line
                )
                .Where(line => line is { Quantity: > 0, Amount: > 0 });
    }

    // Lines are told before a discount on the order as a whole: they take part in it in proportion.
    private static long[] AtMost(long most, long[] amounts)
    {
        var sum = amounts.Sum();
        if (sum <= most)
        {
            return amounts;
        }

        // Each is what has been given out up to and with it, less what was before it: the parts make the whole.
        var (upTo, given) = (0L, 0L);
        return
        [
            .. amounts.Select(amount =>
            {
                upTo += amount;
                var part = (long)decimal.Round((decimal)most * upTo / sum, MidpointRounding.AwayFromZero) - given;
                given += part;
                return part;
            }),
        ];
    }

    // The file has the price of one piece: where that is no whole minor unit, the last pieces cost one more.
    private static IEnumerable<ReturnLine> Rows(ToldLine line, long amount, int decimals, string reason)
    {
        var (price, dearer) = Math.DivRem(amount, line.Quantity);
        (long Price, long Pieces)[] rows = [(price, line.Quantity - dearer), (price + 1, dearer)];
        return rows.Where(row => row is { Price: > 0, Pieces: > 0 })
            .Select(row => new ReturnLine(
                line.Sku,
                Money.FromMinorUnits(row.Price, decimals),
                (int)row.Pieces,
                reason
            ));
    }
}
