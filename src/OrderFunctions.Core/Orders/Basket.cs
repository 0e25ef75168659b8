using OrderFunctions.Json;

namespace OrderFunctions.Orders;

/// <summary>So many pieces of one line. Amounts are those of one piece, in whole minor units, the price without tax.</summary>
/// <param name="Quantity">0: the line came back.</param>
public sealed record BasketItem(OrderLine Line, int Quantity, long Price, long Tax);

/// <summary>
/// The lines of an order as platforms are told them: in whole minor units, and so that the items less
/// <see cref="Discount"/>, plus <see cref="Rest"/>, make the goods. A line whose price is no whole minor unit a piece
/// becomes two items: 3 x 7.993 is 2 x 7.99 and 1 x 8.00; where its tax is none either, up to three.
/// </summary>
/// <param name="Discount">What was taken off the order as a whole.</param>
/// <param name="Rest">The goods that no line tells of.</param>
/// <param name="RestTax">The tax on them.</param>
/// <param name="Note">What a person should know where the lines don't make the goods.</param>
public sealed record Basket(IReadOnlyList<BasketItem> Items, long Discount, long Rest, long RestTax, string? Note)
{
    /// <param name="withTax">Whether the items, and the rest, have taxes that make the goods' tax; else all are 0.</param>
    public static Basket Of(Order order, bool withTax = false)
    {
        if (order.Lines.Count == 0 || order.Currency is not { } currency)
        {
            return new Basket([], 0, 0, 0, null);
        }

        var decimals = Iso4217.Decimals(currency);
        var minorUnit = Money.MinorUnits(1, decimals);
        List<decimal> pieces = [.. order.Lines.Select(line => (decimal)line.Quantity)];
        List<decimal> exact = [.. order.Lines.Select(line => line.Price * minorUnit)];
        var sum = decimal.Round(exact.Sum(), MidpointRounding.AwayFromZero);
        var goods = order.InMinorUnits(order.Goods) ?? sum;

        var slack = Slack(order.Lines, decimals);
        var isOver = sum - goods > slack;
        var discounts = order.Discounts.Sum(discount => discount.Amount) * minorUnit;
        var discount = isOver ? (long)Math.Min(sum - goods, discounts) : 0;
        var rest = goods - sum > slack ? (long)(goods - sum) : 0;
        var prices = Spread((long)goods + discount - rest, exact, pieces);

        // The rest is one more line, the last. No piece: where it has no price it has no tax either.
        var tax = withTax ? order.InMinorUnits(order.GoodsTax) ?? 0 : 0;
        var taxes = Spread(
            tax,
            TaxWeights(order.Lines, [.. prices, rest], tax, minorUnit),
            [.. prices, rest],
            [.. pieces, 0]
        );

        string? note = null;
        if (rest > 0)
        {
            note = $"the lines come to {sum}, less than the goods' {goods} (minor units): told as other goods";
        }
        else if (sum - discount - goods > slack)
        {
            note =
                $"the lines come to {sum}, more than the goods' {goods} and the discounts (minor units): told in proportion to what is left";
        }

        return new Basket(
            [.. order.Lines.SelectMany((line, index) => Split(line, prices[index], taxes[index]))],
            discount,
            rest,
            taxes[^1],
            note
        );
    }

    // What rounding alone may make of the difference between lines and goods: half a minor unit for each figure that was
    // rounded. A unit price without decimals of its own may have been, and counts as often as its quantity.
    private static decimal Slack(IReadOnlyList<OrderLine> lines, int decimals)
    {
        var rounded = lines
            .Where(line => line.Quantity > 0)
            .Sum(line =>
                line.Total is null && JsonAmount.Decimals(line.UnitPrice!.Value) <= decimals ? line.Quantity : 1m
            );
        return rounded == 0 ? 0 : 1 + (rounded / 2);
    }

    // The tax of each line; what is left of the whole is that of the lines that don't state theirs, by their prices.
    private static List<decimal> TaxWeights(
        IReadOnlyList<OrderLine> lines,
        IReadOnlyList<long> prices,
        long tax,
        long minorUnit
    )
    {
        List<decimal?> stated = [.. lines.Select(line => line.Quantity == 0 ? 0 : line.WholeTax * minorUnit), null];
        var left = Math.Max(0, tax - (stated.Sum() ?? 0));
        var priceOfOthers = prices.Where((_, index) => stated[index] is null).Sum(price => (decimal)price);
        return
        [
            .. stated.Select(
                (known, index) => known ?? (priceOfOthers == 0 ? 0 : left * (prices[index] / priceOfOthers))
            ),
        ];
    }

    // In whole units, in proportion to the first weights that are not all 0; what is left over goes, one each, to those
    // who lost most by rounding down.
    private static long[] Spread(long whole, params IReadOnlyList<decimal>[] weightings)
    {
        var weights = weightings.FirstOrDefault(each => each.Sum() > 0) ?? weightings[0];
        var sum = weights.Sum();
        // Divided first: the product of the two would not fit.
        decimal[] shares = [.. weights.Select(weight => sum == 0 ? 0 : whole * (weight / sum))];
        long[] parts = [.. shares.Select(share => (long)share)];
        var left = sum == 0 ? 0 : (int)(whole - parts.Sum());
        var losers = Enumerable
            .Range(0, parts.Length)
            .OrderByDescending(index => shares[index] - parts[index])
            .ThenByDescending(index => weights[index])
            .Take(left);
        foreach (var index in losers)
        {
            parts[index]++;
        }

        return parts;
    }

    // The last pieces of a line cost, or are taxed, one minor unit more, so that all of them make the whole amounts.
    private static IEnumerable<BasketItem> Split(OrderLine line, long wholePrice, long wholeTax)
    {
        if (line.Quantity == 0)
        {
            yield return new BasketItem(line, 0, 0, 0);
            yield break;
        }

        var (price, dearer) = Math.DivRem(wholePrice, line.Quantity);
        var (tax, taxedMore) = Math.DivRem(wholeTax, line.Quantity);
        var (dearerFrom, taxedMoreFrom) = (line.Quantity - dearer, line.Quantity - taxedMore);
        var from = 0L;
        foreach (var to in new[] { dearerFrom, taxedMoreFrom, line.Quantity }.Order())
        {
            if (to > from)
            {
                yield return new BasketItem(
                    line,
                    (int)(to - from),
                    from >= dearerFrom ? price + 1 : price,
                    from >= taxedMoreFrom ? tax + 1 : tax
                );
                from = to;
            }
        }
    }
}
