using System.Globalization;
using System.Text.Json.Nodes;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Providers.Carts;

/// <summary>How a shop tells what a line costs.</summary>
public enum Telling
{
    /// <summary>By the price of one, rounded to the currency: what most carts show.</summary>
    RoundedUnitPrice,

    /// <summary>By the price of one with eight decimals.</summary>
    ExactUnitPrice,

    /// <summary>By what the whole line costs.</summary>
    LineTotal,
}

/// <summary>What became of the order since its lines were written.</summary>
public enum Since
{
    Nothing,

    /// <summary>Money went back, and the shop's lines still are those of the order.</summary>
    HalfRefunded,

    /// <summary>The shop tells of the first line only.</summary>
    LinesLost,
}

/// <param name="Price">Of one, in minor units, as the shop shows it: with tax in it or not.</param>
/// <param name="Quantity">0: it came back.</param>
/// <param name="Off">What was taken off the whole line, in minor units.</param>
public sealed record CartLine(int Price, int Quantity, int Off);

/// <summary>A cart as shops have them, and what it comes to by the rules that shops reckon with. Amounts in minor units.</summary>
/// <param name="Rate">Tax in tenths of a per cent.</param>
/// <param name="Off">What was taken off the order as a whole, with tax in it where prices have.</param>
public sealed record Cart(
    string Currency,
    bool IsTaxIn,
    bool IsTaxedByLine,
    int Rate,
    IReadOnlyList<CartLine> Lines,
    int Off,
    int Shipping,
    int Fees,
    Telling Telling,
    bool TellsTax,
    Since Since
)
{
    public IReadOnlyList<long> LineTaxes => [.. Lines.Select(line => TaxOn(Paid(line)))];

    /// <summary>What each line costs without tax.</summary>
    public IReadOnlyList<long> LineGoods => [.. Lines.Select(line => Paid(line) - (IsTaxIn ? TaxOn(Paid(line)) : 0))];

    public long LinesOff => Lines.Sum(line => (long)line.Off);

    public long OrderOff => Math.Min(Off, Lines.Sum(Paid));

    public long Tax => Left(IsTaxedByLine && OrderOff == 0 ? LineTaxes.Sum() : TaxOn(Lines.Sum(Paid) - OrderOff));

    public long Goods => Left(Lines.Sum(Paid) - OrderOff) - (IsTaxIn ? Tax : 0);

    public long ShippingTax => Rounded((decimal)Shipping * Rate / 1000);

    public long KnownFees => Math.Max(Fees, -(Goods + Tax + Shipping + ShippingTax));

    public long Total => Goods + Tax + Shipping + ShippingTax + KnownFees;

    public IReadOnlyList<CartLine> ToldLines => Since == Since.LinesLost ? [.. Lines.Take(1)] : Lines;

    private int Decimals =>
        Currency switch
        {
            "JPY" => 0,
            "KWD" => 3,
            _ => 2,
        };

    public OrderEvent Event() => Samples.Event(json => json["order"] = Order());

    public decimal Minor(decimal major) => major * (decimal)Math.Pow(10, Decimals);

    public override string ToString() => Order().ToJsonString();

    private JsonObject Order() =>
        new()
        {
            ["id"] = "1001",
            ["status"] = Since == Since.HalfRefunded ? "partiallyRefunded" : "paid",
            ["placedAt"] = "2025-11-21T14:02:51+01:00",
            ["currency"] = Currency,
            ["total"] = Major(Total),
            ["tax"] = Major(Tax + ShippingTax),
            ["shipping"] = Major(Shipping),
            ["shippingTax"] = Major(ShippingTax),
            ["fees"] = Major(KnownFees),
            ["discounts"] = new JsonArray([
                .. new (string Code, long Amount)[] { ("LINES", LinesOff), ("ORDER", OrderOff) }
                    .Where(discount => discount.Amount > 0)
                    .Select(discount => new JsonObject
                    {
                        ["code"] = discount.Code,
                        ["amount"] = Major(discount.Amount),
                    }),
            ]),
            ["shippingAddress"] = new JsonObject { ["country"] = "SE" },
            ["customer"] = new JsonObject { ["email"] = "alex@example.com" },
            ["lines"] = new JsonArray([.. ToldLines.Select(Line)]),
        };

    private JsonObject Line(CartLine line, int index)
    {
        var json = new JsonObject
        {
            ["sku"] = $"sku-{index}",
            ["quantity"] = line.Quantity,
            ["retrackEventId"] = EventId(index).ToString(),
        };
        var (price, tax) = (LineGoods[index], LineTaxes[index]);
        var pieces = Math.Max(1, line.Quantity);
        switch (Telling)
        {
            case Telling.LineTotal:
                Set("total", Major(price), "tax", Major(tax));
                break;
            case Telling.ExactUnitPrice:
                Set("unitPrice", Major(price, pieces, 8), "unitTax", Major(tax, pieces, 8));
                break;
            default:
                Set("unitPrice", Major(price, pieces, Decimals), "unitTax", Major(tax, pieces, Decimals));
                break;
        }

        return json;

        void Set(string priceName, string price, string taxName, string tax)
        {
            json[priceName] = price;
            if (TellsTax)
            {
                json[taxName] = tax;
            }
        }
    }

    public static Guid EventId(int index) => new(index + 1, 0, 0, new byte[8]);

    private static long Paid(CartLine line) => Math.Max(0, ((long)line.Price * line.Quantity) - line.Off);

    private long TaxOn(long paid) =>
        Rounded(IsTaxIn ? (decimal)paid * Rate / (1000 + Rate) : (decimal)paid * Rate / 1000);

    private long Left(long amount) => Since == Since.HalfRefunded ? amount / 2 : amount;

    private string Major(long minor, int pieces = 1, int? decimals = null) =>
        decimal.Round(
                minor / (decimal)Math.Pow(10, Decimals) / pieces,
                decimals ?? Decimals,
                MidpointRounding.AwayFromZero
            )
            .ToString(CultureInfo.InvariantCulture);

    private static long Rounded(decimal amount) => (long)decimal.Round(amount, MidpointRounding.AwayFromZero);
}
