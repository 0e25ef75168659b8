using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using OrderFunctions.Core.Tests.Storefronts;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Webhooks;

/// <summary>
/// Whatever was in the cart: the four requests that its webhook makes are accepted by the sandbox, which refuses sums that
/// don't balance, and they tell what the customer paid for goods, to the cent. CART_RUNS sets how many carts; TEST_SEED
/// repeats a run.
/// </summary>
public sealed class CartRequestsTests : WebhookTest
{
    private static readonly int Runs = EnvironmentNumber.Of("CART_RUNS", 60);
    private int _orders;

    [Fact]
    public void The_four_requests_of_a_cart_at_Shopify_are_what_the_customer_paid() =>
        Check(
            ShopifyCart.Any,
            cart => PostShopifyAsync(Shopify(order => Write(order, cart.Write))),
            cart => new Paid(
                cart.Total,
                cart.Goods,
                cart.Tax - cart.ShippingTax,
                cart.Tip + cart.GiftCard,
                cart.CurrentTotal
            )
        );

    [Fact]
    public void The_four_requests_of_a_cart_at_WooCommerce_are_what_the_customer_paid() =>
        Check(
            WooCommerceCart.Any,
            cart => PostWooCommerceAsync(WooCommerce(order => Write(order, cart.Write))),
            cart => new Paid(
                cart.Total,
                cart.Sum + Math.Min(0, cart.KnownFee),
                cart.Tax - cart.ShippingTax,
                Math.Max(0, cart.KnownFee),
                cart.Ordered
            )
        );

    /// <summary>In cents. Goods, their tax and fees are those of the order; of money that went back they get less in proportion.</summary>
    /// <param name="Total">What is left of <paramref name="Ordered"/>.</param>
    private sealed record Paid(long Total, long Goods, long GoodsTax, long Fees, long Ordered)
    {
        /// <summary>Whether so much was told as is left of an amount. Where money went back, each of four amounts is rounded.</summary>
        public bool IsLeft(decimal amount, decimal told) =>
            Total == Ordered ? amount == told : Math.Abs((amount * Total / Ordered) - told) <= 2;
    }

    // An order of its own each time, also while a cart that fails is made smaller.
    private void Write(JsonObject order, Action<JsonObject> cart)
    {
        cart(order);
        order["id"] = ++_orders;
    }

    private void Check<T>(Arbitrary<T> any, Func<T, Task<int>> post, Func<T, Paid> paid)
        where T : class
    {
        Generated.Check(any, Runs, cart => Wrong(cart) is null, cart => $"{cart}\n=> {Wrong(cart)}");

        string? Wrong(T cart) => Task.Run(() => WrongAsync(() => post(cart), paid(cart))).GetAwaiter().GetResult();
    }

    private async Task<string?> WrongAsync(Func<Task<int>> post, Paid paid)
    {
        Rig.Sandbox.State.Clear();
        Rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, await post());
        await Rig.DrainAsync();

        var received = Rig.Sandbox.State.Received();
        if (received.FirstOrDefault(call => call.Problem is not null) is { } refused)
        {
            return $"{refused.Provider} refused {refused.Body}: {refused.Problem}";
        }

        var told = FourRequests.Of(received);
        if (paid.Total == 0 && told is { AvantLink: null, Retrack: null })
        {
            // All came back before anybody was told: AvantLink and Retrack need not hear of it.
            return FourRequests.Number(told.Duel, "total") == 0 && FourRequests.Number(told.Katalys, "sale_amount") == 0
                ? null
                : $"a void order comes to nothing:\n{told}";
        }

        return told is { Duel: { } duel, AvantLink: { } avantLink, Retrack: { } retrack, Katalys: { } katalys }
            ? Wrong(
                told,
                paid,
                Cents(duel, "total"),
                Cents(avantLink.GetProperty("order"), "order_amount_subtotal"),
                (FourRequests.Number(retrack, "orderSum"), FourRequests.Number(retrack, "vatSum")),
                katalys
            )
            : $"not everybody was told:\n{told}";
    }

    private static string? Wrong(
        FourRequests told,
        Paid paid,
        decimal total,
        decimal subtotal,
        (decimal Goods, decimal Tax) atRetrack,
        JsonElement katalys
    )
    {
        var taken = FourRequests.Number(told.Retrack, "discountSum");
        (string What, decimal Expected, decimal Actual)[] sums =
        [
            ("Duel's total", paid.Total, total),
            ("AvantLink's subtotal", atRetrack.Goods, subtotal),
            ("AvantLink's products", subtotal + taken, 100 * Sum(told.AvantLinkLines)),
            ("Retrack's products", atRetrack.Goods + taken, Sum(told.RetrackLines)),
            ("Katalys' subtotal", atRetrack.Goods, Cents(katalys, "subtotal_amount")),
            ("Katalys' lines", atRetrack.Goods + taken, 100 * Sum(told.KatalysLines)),
            (
                "Katalys' sale",
                atRetrack.Goods + Cents(katalys, "shipping_amount") + Cents(katalys, "tax_amount"),
                Cents(katalys, "sale_amount")
            ),
        ];
        (string What, decimal Ordered, decimal Actual)[] parts =
        [
            ("Retrack's orderSum", paid.Goods, atRetrack.Goods),
            ("Retrack's vatSum", paid.GoodsTax, atRetrack.Tax),
            ("the fees that Katalys is not told", paid.Fees, paid.Total - Cents(katalys, "sale_amount")),
        ];
        List<string> wrong =
        [
            .. sums.Where(sum => sum.Expected != sum.Actual)
                .Select(sum => $"{sum.What}: expected {sum.Expected}, told {sum.Actual}"),
            .. parts
                .Where(part => !paid.IsLeft(part.Ordered, part.Actual))
                .Select(part => $"{part.What}: what is left of {part.Ordered} is not {part.Actual}"),
        ];
        return wrong is [] ? null : $"{string.Join('\n', wrong)}\n{told}";
    }

    private static decimal Sum(IEnumerable<ToldLine> lines) => lines.Sum(line => line.Quantity * line.Price);

    private static decimal Cents(JsonElement body, string field) => 100 * FourRequests.Number(body, field);
}
