using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace OrderFunctions.Core.Tests.Storefronts;

/// <param name="Price">Of one, without tax, in tenths of a cent.</param>
/// <param name="Off">What coupons took off the line, in cents.</param>
internal sealed record WooCommerceCartLine(int Price, int Quantity, int Off)
{
    public long Before => ShopifyCart.Rounded(Price * Quantity / 10m);

    public long Total => Before - Math.Min(Off, Before);
}

/// <summary>
/// A cart, and what WooCommerce makes of it: every amount without tax, its own tax beside it, and a total that stays as it
/// was when money goes back. Amounts in cents.
/// </summary>
/// <param name="Rate">Tax in tenths of a per cent.</param>
/// <param name="IsTaxedAtSubtotal">The tax is rounded once, and not line by line.</param>
/// <param name="Fee">Below zero: a plugin's discount.</param>
/// <param name="Refunds">In per cent of the total.</param>
internal sealed record WooCommerceCart(
    int Rate,
    bool IsTaxedAtSubtotal,
    IReadOnlyList<WooCommerceCartLine> Lines,
    int Shipping,
    int Fee,
    IReadOnlyList<int> Refunds
)
{
    public static readonly Arbitrary<WooCommerceCart> Any = (
        from rate in Gen.Elements(0, 25, 77, 100, 190, 250)
        from isTaxedAtSubtotal in ArbMap.Default.GeneratorFor<bool>()
        from lines in (
            from price in Gen.Choose(1, 300_000)
            from quantity in Gen.Choose(1, 7)
            from off in Gen.Frequency((1, Gen.Constant(0)), (1, Gen.Choose(0, 5_000)))
            select new WooCommerceCartLine(price, quantity, off)
        )
            .ListOf()
            .Where(lines => lines.Count is > 0 and < 12)
        from shipping in Gen.Elements(0, 490, 799, 1000)
        from fee in Gen.Elements(0, 0, 250, -1, -600)
        from refunds in Gen.Choose(1, 33).ListOf().Where(refunds => refunds.Count < 4)
        select new WooCommerceCart(rate, isTaxedAtSubtotal, [.. lines], shipping, fee, [.. refunds])
    ).ToArbitrary();

    public long Sum => Lines.Sum(line => line.Total);

    /// <summary>A plugin takes off no more than there is.</summary>
    public long KnownFee => Math.Max(Fee, -Sum);

    public long ShippingTax => TaxOn(Shipping);

    public long Tax => (IsTaxedAtSubtotal ? TaxOn(Sum) : Lines.Sum(line => TaxOn(line.Total))) + ShippingTax;

    public long Ordered => Sum + KnownFee + Shipping + Tax;

    public IReadOnlyList<long> MoneyBack => [.. Refunds.Select(share => Ordered * share / 100)];

    /// <summary>What the customer has paid in the end.</summary>
    public long Total => Ordered - MoneyBack.Sum();

    public override string ToString() =>
        $"tax {Rate} at {(IsTaxedAtSubtotal ? "subtotal" : "lines")}, shipping {Shipping}, fee {Fee}, refunds {string.Join(' ', Refunds)}\n{string.Join('\n', Lines)}";

    /// <summary>The order as a webhook has it.</summary>
    public void Write(JsonObject order)
    {
        order["line_items"] = new JsonArray([
            .. Lines.Select(
                (line, index) =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = index + 1,
                            ["sku"] = $"sku-{index}",
                            ["name"] = "Thing",
                            ["quantity"] = line.Quantity,
                            ["total"] = In(line.Total),
                            ["total_tax"] = In(TaxOn(line.Total)),
                            ["price"] = 0.1,
                        }
            ),
        ]);
        order["fee_lines"] = new JsonArray(new JsonObject { ["name"] = "Fee", ["total"] = In(KnownFee) });
        order["coupon_lines"] = new JsonArray(
            new JsonObject { ["code"] = "spring", ["discount"] = In(Lines.Sum(line => line.Before - line.Total)) }
        );
        order["shipping_total"] = In(Shipping);
        order["shipping_tax"] = In(ShippingTax);
        order["total_tax"] = In(Tax);
        order["total"] = In(Ordered);
        order["refunds"] = WooCommerceMappingTests.Refunds([.. MoneyBack.Select(back => In(-back))]);
    }

    public long TaxOn(long amount) => ShopifyCart.Rounded((decimal)amount * Rate / 1000);

    public static string In(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}

/// <summary>A cart of which pieces and shipping came back, each refund's items as the shop's API tells them.</summary>
/// <param name="Back">Of each line the pieces that came back; in order of the refunds.</param>
internal sealed record WooCommerceReturnedCart(WooCommerceCart Cart, IReadOnlyList<int> Back, bool IsShippingBack)
{
    public static readonly Arbitrary<WooCommerceReturnedCart> Any = (
        from cart in WooCommerceCart.Any.Generator
        from back in Gen.Choose(0, 7).ListOf(12)
        from isShippingBack in ArbMap.Default.GeneratorFor<bool>()
        select new WooCommerceReturnedCart(cart with { Refunds = [] }, [.. back], isShippingBack)
    )
        // WooCommerce refuses to hand back more than was paid.
        .Where(returned => returned.MoneyBack <= returned.Cart.Ordered)
        .ToArbitrary();

    /// <summary>Of each line the pieces that came back, and what they were: net and tax.</summary>
    public IReadOnlyList<(int Pieces, long Net, long Tax)> Returned =>
        [
            .. Cart.Lines.Zip(
                Back,
                (line, pieces) =>
                {
                    var some = Math.Min(pieces, line.Quantity);
                    return (some, Part(line.Total), Part(Cart.TaxOn(line.Total)));

                    long Part(long whole) => ShopifyCart.Rounded((decimal)whole * some / line.Quantity);
                }
            ),
        ];

    public long ShippingBack => IsShippingBack ? Cart.Shipping : 0;

    public long ShippingTaxBack => IsShippingBack ? Cart.ShippingTax : 0;

    public long TaxBack => Returned.Sum(each => each.Tax) + ShippingTaxBack;

    public long MoneyBack => Returned.Sum(each => each.Net) + ShippingBack + TaxBack;

    public void Write(JsonObject order)
    {
        Cart.Write(order);
        order["shipping_lines"] = new JsonArray(
            new JsonObject
            {
                ["id"] = 100,
                ["total"] = WooCommerceCart.In(Cart.Shipping),
                ["total_tax"] = WooCommerceCart.In(Cart.ShippingTax),
            }
        );
        order["refunds"] = WooCommerceMappingTests.Refunds(WooCommerceCart.In(-MoneyBack));
    }

    /// <summary>GET /wp-json/wc/v3/orders/{id}/refunds.</summary>
    public JsonArray Refunds() =>
        [
            new JsonObject
            {
                ["id"] = 1,
                ["line_items"] = new JsonArray([
                    .. Returned.Select((each, index) => Item(index + 1, each.Pieces, each.Net, each.Tax)),
                ]),
                ["shipping_lines"] = new JsonArray(Item(100, 0, ShippingBack, ShippingTaxBack)),
            },
        ];

    private static JsonNode Item(int id, int pieces, long net, long tax) =>
        new JsonObject
        {
            ["quantity"] = -pieces,
            ["total"] = WooCommerceCart.In(-net),
            ["total_tax"] = WooCommerceCart.In(-tax),
            ["meta_data"] = new JsonArray(new JsonObject { ["key"] = "_refunded_item_id", ["value"] = $"{id}" }),
        };
}
