using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace OrderFunctions.Core.Tests.Storefronts;

/// <param name="Price">Of one, in cents, as the shop shows it: with tax in it or not.</param>
/// <param name="Back">How many came back.</param>
/// <param name="Off">What a code of the order took off the line.</param>
internal sealed record ShopifyCartLine(int Price, int Quantity, int Back, int Off)
{
    public long Paid => ((long)Price * Quantity) - Math.Min(Off, (long)Price * Quantity);

    public long PaidBack => ShopifyCart.Rounded((decimal)Paid * Back / Quantity);
}

/// <summary>
/// A cart, and what Shopify makes of it: tax rounded line by line, the value of what came back rounded in proportion, the
/// money that was paid back for it. Amounts in cents.
/// </summary>
/// <param name="Rate">Tax in tenths of a per cent.</param>
/// <param name="GiftCard">What a gift card costs that is sold with it.</param>
/// <param name="Extra">What was paid back beyond the goods.</param>
internal sealed record ShopifyCart(
    bool IsTaxIn,
    int Rate,
    IReadOnlyList<ShopifyCartLine> Lines,
    int Shipping,
    int Tip,
    int GiftCard,
    int Extra
)
{
    public static readonly Arbitrary<ShopifyCart> Any = (
        from isTaxIn in ArbMap.Default.GeneratorFor<bool>()
        from rate in Gen.Elements(0, 25, 77, 100, 190, 250)
        from lines in (
            from price in Gen.Choose(1, 30_000)
            from quantity in Gen.Choose(1, 7)
            from back in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, quantity)))
            from off in Gen.Frequency((1, Gen.Constant(0)), (2, Gen.Choose(0, 5_000)))
            select new ShopifyCartLine(price, quantity, back, off)
        )
            .ListOf()
            .Where(lines => lines.Count is > 0 and < 12)
        from shipping in Gen.Elements(0, 490, 799, 1000)
        from tip in Gen.Elements(0, 0, 333)
        from giftCard in Gen.Elements(0, 0, 2500)
        from extra in Gen.Elements(0, 0, 1, 499)
        select new ShopifyCart(isTaxIn, rate, [.. lines], shipping, tip, giftCard, extra)
    ).ToArbitrary();

    /// <summary>The goods that the customer has kept, without tax.</summary>
    public long Goods => Lines.Sum(line => line.Paid - line.PaidBack) - (IsTaxIn ? Tax - ShippingTax : 0);

    public long ShippingTax => TaxOn(Shipping);

    public long Tax => Lines.Sum(line => TaxOn(line.Paid) - TaxBack(line)) + ShippingTax;

    public long Subtotal => Lines.Sum(line => line.Paid - line.PaidBack) + GiftCard;

    /// <summary>What Shopify says that the order comes to.</summary>
    public long CurrentTotal => Subtotal + Shipping + (IsTaxIn ? 0 : Tax) + Tip;

    /// <summary>What the customer has paid in the end.</summary>
    public long Total => Math.Max(0, CurrentTotal - Extra);

    public long MoneyBack => Lines.Sum(line => line.PaidBack + (IsTaxIn ? 0 : TaxBack(line))) + Extra;

    public static long Rounded(decimal amount) => (long)decimal.Round(amount, MidpointRounding.AwayFromZero);

    public override string ToString() =>
        $"tax {(IsTaxIn ? "in" : "out")} {Rate}, shipping {Shipping}, tip {Tip}, gift card {GiftCard}, extra {Extra}\n{string.Join('\n', Lines)}";

    /// <summary>The order as a webhook has it.</summary>
    public void Write(JsonObject order)
    {
        order["taxes_included"] = IsTaxIn;
        order["financial_status"] = MoneyBack > 0 ? "partially_refunded" : "paid";
        order["line_items"] = new JsonArray([.. Lines.Select((line, index) => (JsonNode)Line(line, index))]);
        if (GiftCard > 0)
        {
            var card = new JsonObject
            {
                ["title"] = "Gift card",
                ["gift_card"] = true,
                ["quantity"] = 1,
            };
            card.Money("price", In(GiftCard));
            order.Items("line_items").Add((JsonNode)card);
        }

        var shipping = order["shipping_lines"]![0]!.AsObject();
        shipping.Money("price", In(Shipping));
        shipping.Money("discounted_price", In(Shipping));
        shipping["tax_lines"] = Taxes(ShippingTax);
        order["current_shipping_price_set"] = Payloads.Set(In(Shipping));
        order["total_tip_received"] = In(Tip);
        order.Money("current_subtotal_price", In(Subtotal));
        order.Money("current_total_tax", In(Tax));
        order.Money("current_total_price", In(CurrentTotal));
        if (MoneyBack > 0)
        {
            var refund = Payloads.Refund("0", "0", In(MoneyBack));
            refund["refund_line_items"] = new JsonArray([
                .. Lines.Select(line =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["subtotal_set"] = Payloads.Set(In(line.PaidBack)),
                            ["total_tax_set"] = Payloads.Set(In(TaxBack(line))),
                        }
                ),
            ]);
            order["refunds"] = new JsonArray(refund);
        }
    }

    private JsonObject Line(ShopifyCartLine line, int index)
    {
        var json = new JsonObject
        {
            ["sku"] = $"sku-{index}",
            ["title"] = "Thing",
            ["product_id"] = index,
            ["quantity"] = line.Quantity,
            ["current_quantity"] = line.Quantity - line.Back,
            ["discount_allocations"] = new JsonArray(
                ShopifyMappingTests.Allocation(In(((long)line.Price * line.Quantity) - line.Paid), 0)
            ),
            ["tax_lines"] = Taxes(TaxOn(line.Paid)),
        };
        json.Money("price", In(line.Price));
        return json;
    }

    private JsonArray Taxes(long tax) =>
        [new JsonObject { ["rate"] = Rate / 1000m, ["price_set"] = Payloads.Set(In(tax)) }];

    private long TaxOn(long paid) =>
        Rounded(IsTaxIn ? (decimal)paid * Rate / (1000 + Rate) : (decimal)paid * Rate / 1000);

    private long TaxBack(ShopifyCartLine line) => Rounded((decimal)TaxOn(line.Paid) * line.Back / line.Quantity);

    private static string In(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}
