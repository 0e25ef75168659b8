using System.Text.Json.Nodes;
using FsCheck;
using OrderFunctions.Orders;
using OrderFunctions.Storefronts.WooCommerce;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Storefronts;

/// <summary>
/// Whatever was in the cart: what the providers are told is what the customer paid for goods, to the cent. CART_RUNS sets
/// how many carts; TEST_SEED repeats a run.
/// </summary>
public sealed class MappedCartTests
{
    private static readonly int Runs = EnvironmentNumber.Of("CART_RUNS", 300);

    [Fact]
    public void What_is_told_of_a_cart_at_Shopify_is_what_the_customer_paid() => Check(ShopifyCart.Any, AtShopify);

    [Fact]
    public void What_is_told_of_a_cart_at_WooCommerce_is_what_the_customer_paid() =>
        Check(WooCommerceCart.Any, AtWooCommerce);

    [Fact]
    public void What_came_back_at_WooCommerce_by_its_API_is_told_line_by_line() =>
        Check(WooCommerceReturnedCart.Any, ByTheApi);

    private static string? ByTheApi(WooCommerceReturnedCart returned)
    {
        var cart = returned.Cart;
        var order = Payloads
            .Event(
                Payloads.Map(
                    new WooCommerceStorefront(new()),
                    Write(returned),
                    "order.updated",
                    refunds: returned.Refunds()
                )
            )
            .Order;
        var total = cart.Ordered - returned.MoneyBack;
        var tax = Math.Max(0, cart.Tax - returned.TaxBack);
        var besideFees = tax + cart.Shipping - returned.ShippingBack;
        // A plugin's discount that is more than the goods that are left: an estimate.
        if (
            order.IsVoid
            || returned.MoneyBack == 0
            || total < besideFees
            || total + 2 < besideFees + Math.Max(0, cart.KnownFee)
        )
        {
            return Wrong("total", total, order.IsVoid ? 0 : order.InMinorUnits(order.Total));
        }

        var lines = cart
            .Lines.Zip(returned.Returned, (line, back) => (line.Quantity - back.Pieces, line.Total - back.Net))
            .Where(left => left.Item1 > 0);
        var told = order.Lines.Select(line => (line.Quantity, order.InMinorUnits(line.Total)!.Value));
        // Tax that was rounded item by item can come to a cent more than the order's: the largest line is short of it.
        var missing = Math.Max(0, returned.TaxBack - cart.Tax);
        return Wrong("total", total, order.InMinorUnits(order.Total))
            ?? Wrong("tax", tax, order.InMinorUnits(order.Tax))
            ?? Wrong("shipping", cart.Shipping - returned.ShippingBack, order.InMinorUnits(order.Shipping))
            ?? (IsAsLeft() ? null : $"lines: {string.Join(' ', lines)}, told {string.Join(' ', told)}");

        bool IsAsLeft() =>
            lines.Select(line => line.Item1).SequenceEqual(told.Select(line => line.Quantity))
            && lines.Sum(line => line.Item2) - told.Sum(line => line.Item2) is var less
            && less >= 0
            && less <= missing
            && (missing > 0 || lines.SequenceEqual(told));
    }

    private static JsonObject Write(WooCommerceReturnedCart returned) => Payloads.WooCommerce(returned.Write);

    private static string? AtShopify(ShopifyCart cart)
    {
        var order = Payloads.ShopifyEvent(cart.Write).Order;
        if (order.IsVoid)
        {
            return Wrong("the total of a void order", 0, cart.Total);
        }

        // Money beyond the goods is of goods, tax and shipping in proportion; each of four amounts is rounded.
        var left = cart.CurrentTotal == 0 ? 1 : (decimal)cart.Total / cart.CurrentTotal;
        return Wrong("total", cart.Total, order.InMinorUnits(order.Total))
            ?? (
                cart.Extra == 0
                    ? Wrong("tax", cart.Tax, order.InMinorUnits(order.Tax))
                        ?? Wrong("goods", cart.Goods, order.InMinorUnits(order.Goods))
                        ?? Wrong("fees", cart.Tip + cart.GiftCard, order.InMinorUnits(order.Fees))
                : Math.Abs((cart.Goods * left) - order.InMinorUnits(order.Goods)!.Value) > 2
                    ? $"goods {order.Goods}, expected about {cart.Goods * left / 100}"
                : null
            )
            ?? WrongLines(order, besides: 0);
    }

    private static string? AtWooCommerce(WooCommerceCart cart)
    {
        var order = Payloads.WooCommerceEvent(cart.Write).Order;
        var off = order.Discounts.Where(each => each.Code is null).Sum(each => each.Amount);
        var isRefunded = cart.MoneyBack.Sum() > 0;
        return Wrong("total", cart.Total, order.InMinorUnits(order.Total))
            ?? (isRefunded ? null : Wrong("tax", cart.Tax, order.InMinorUnits(order.Tax)))
            ?? (
                isRefunded
                    ? null
                    : Wrong("goods", cart.Sum + Math.Min(0, cart.KnownFee), order.InMinorUnits(order.Goods))
            )
            ?? WrongLines(order, off);
    }

    // The lines less what was taken off beside them are the goods, and so are they as the platforms are told them.
    private static string? WrongLines(Order order, decimal besides)
    {
        if (order.Lines.Count == 0)
        {
            return null;
        }

        var basket = Basket.Of(order);
        return Wrong(
                "the lines' sum",
                order.InMinorUnits(order.Goods + besides),
                order.InMinorUnits(order.Lines.Sum(line => line.Price))
            )
            ?? Wrong(
                "the basket",
                order.InMinorUnits(order.Goods),
                basket.Items.Sum(item => item.Price * item.Quantity) - basket.Discount + basket.Rest
            );
    }

    private static string? Wrong(string what, long? expected, long? actual) =>
        expected == actual ? null : $"{what}: expected {expected}, told {actual}";

    private static void Check<T>(Arbitrary<T> any, Func<T, string?> wrong)
        where T : class => Generated.Check(any, Runs, cart => wrong(cart) is null, cart => $"{cart}\n=> {wrong(cart)}");
}
