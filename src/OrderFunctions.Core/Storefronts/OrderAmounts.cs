using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts;

/// <summary>A line as the platform reckons it, exact: what is left of it, after discounts, without tax.</summary>
internal sealed record LineAmounts(string? Sku, string? Name, string? Variant, int Quantity, decimal Net, decimal Tax);

/// <summary>
/// An order's amounts as the platform reckons them, not yet rounded. What the customer pays is the truth; the rest is
/// made to fit it.
/// </summary>
/// <param name="Fees">What is in the total and is no goods, without tax.</param>
/// <param name="Lines">Those of goods, of which something is left.</param>
internal sealed record OrderAmounts(
    string Currency,
    decimal Total,
    decimal? TotalBeforeDiscounts,
    decimal Tax,
    decimal Shipping,
    decimal ShippingTax,
    decimal Fees,
    IReadOnlyList<Discount> Discounts,
    IReadOnlyList<LineAmounts> Lines
)
{
    private int Decimals => Iso4217.Decimals(Currency);

    /// <summary>The same when the customer got some of the total back, of everything in proportion.</summary>
    public OrderAmounts WithTotal(decimal total)
    {
        if (total == Total || Total == 0)
        {
            return this;
        }

        var left = total / Total;
        return this with
        {
            Total = total,
            Tax = Tax * left,
            Shipping = Shipping * left,
            ShippingTax = ShippingTax * left,
            Fees = Fees * left,
            Discounts = [.. Discounts.Select(discount => discount with { Amount = discount.Amount * left })],
            Lines = [.. Lines.Select(line => line with { Net = line.Net * left, Tax = line.Tax * left })],
        };
    }

    /// <summary>Rounded to the currency, so that total, tax, shipping and fees leave exactly what the lines come to.</summary>
    public OrderAmounts Rounded()
    {
        var (total, tax, shipping) = (Round(Total), Round(Tax), Round(Shipping));
        // A fee that was handed back is still stated by some: no more can be fees than is left beside the rest.
        var fees = total >= tax + shipping ? Math.Min(Round(Fees), total - tax - shipping) : Round(Fees);
        List<Discount> discounts = [.. Discounts.Select(each => each with { Amount = Round(each.Amount) })];
        // A code's is in the lines already; what has no code was taken off the order beside them.
        var beside = discounts.Where(each => each.Code is null).Sum(each => each.Amount);
        return this with
        {
            Total = total,
            TotalBeforeDiscounts = TotalBeforeDiscounts is { } before ? Round(before) : null,
            Tax = tax,
            Shipping = shipping,
            ShippingTax = Math.Min(Round(ShippingTax), tax),
            Fees = fees,
            Discounts = discounts,
            Lines = Fitted(total - tax - shipping - fees + beside),
        };
    }

    /// <summary>The order's fields of an event.</summary>
    public Order Order(
        string id,
        string? alias,
        OrderStatus status,
        DateTimeOffset? placedAt,
        bool inStore,
        Customer customer,
        Address shippingAddress,
        Address? billingAddress
    ) =>
        new(
            id,
            alias == id ? null : alias,
            status,
            placedAt,
            Currency,
            Total,
            TotalBeforeDiscounts,
            Tax,
            Shipping,
            ShippingTax,
            Fees,
            Discounts,
            inStore,
            customer,
            shippingAddress,
            billingAddress,
            [
                .. Lines.Select(line => new OrderLine(
                    line.Sku,
                    line.Name,
                    line.Variant,
                    line.Quantity,
                    UnitPrice: null,
                    Total: line.Net,
                    UnitTax: null,
                    Tax: line.Tax,
                    RetrackEventId: null
                )),
            ],
            new Loyalty(null, null, null)
        );

    /// <summary>Those of an order that came to nothing.</summary>
    public OrderAmounts Void() => new(Currency, 0, null, 0, 0, 0, 0, [], []);

    // A cent too many or too few goes to the largest line; more than rounding can make of it is left as it is.
    private IReadOnlyList<LineAmounts> Fitted(decimal goods)
    {
        List<LineAmounts> lines = [.. Lines.Select(line => line with { Net = Round(line.Net), Tax = Round(line.Tax) })];
        var difference = goods - lines.Sum(line => line.Net);
        var minorUnit = Money.FromMinorUnits(1, Decimals);
        if (lines.Count > 0 && difference != 0 && Math.Abs(difference) <= minorUnit * 2 * (lines.Count + 1))
        {
            var largest = lines.IndexOf(lines.MaxBy(line => line.Net)!);
            lines[largest] = lines[largest] with { Net = Math.Max(0, lines[largest].Net + difference) };
        }

        return lines;
    }

    private decimal Round(decimal amount) => decimal.Round(amount, Decimals, MidpointRounding.AwayFromZero);
}
