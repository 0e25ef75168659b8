using System.Globalization;
using System.Text.Json;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Providers.Carts;

/// <summary>
/// Whatever was in the cart: each provider's sums balance to the minor unit as its document has them. CART_RUNS sets how
/// many carts; TEST_SEED repeats a run.
/// </summary>
public sealed class CartTests
{
    private static readonly int Runs = EnvironmentNumber.Of("CART_RUNS", 300);
    private static readonly Guid UsualEvent = Guid.Parse("1f80e399-6f55-4cef-b8b0-0f74752c1ceb");

    /// <summary>A product or line item as a provider got it, amounts in minor units.</summary>
    private sealed record Told(string Sku, decimal Quantity, decimal Price, decimal Tax, Guid? Event);

    [Fact]
    public void Retracks_products_less_the_discount_make_the_order_and_their_VAT_its_VAT() => Check(AtRetrack);

    [Fact]
    public void Retracks_products_are_those_of_the_lines_with_their_own_events() => Check(RetracksProducts);

    [Fact]
    public void Only_a_discount_of_the_order_is_a_discountSum() => Check(RetracksDiscount);

    [Fact]
    public void AvantLinks_products_make_its_subtotal_but_for_a_discount_of_the_order() => Check(AtAvantLink);

    [Fact]
    public void Katalys_sale_less_shipping_and_tax_is_its_subtotal_and_its_line_items_make_it() => Check(AtKatalys);

    [Fact]
    public void Duels_total_is_what_the_customer_pays() =>
        Check(cart =>
        {
            using var body = Parse(DuelRequest.Upsert(cart.Event(), new Credential.Bearer(DuelProvider.BearerToken)));
            return Wrong("total", cart.Total, Amount(cart, body.RootElement, "total"));
        });

    [Fact]
    public void What_Katalys_has_merged_is_what_the_order_has_now_whatever_it_had_before() =>
        Generated.Check(
            AnyCart.Arbitraries,
            Runs,
            carts => !Merged(carts).Any(),
            carts => $"{string.Join('\n', carts)}\n=> {string.Join("\n=> ", Merged(carts))}"
        );

    // Katalys' own page: what comes with the same order_id is merged, in the order received.
    private static IEnumerable<string> Merged(Cart[] carts)
    {
        var (order, lists) = (new Dictionary<string, decimal>(), KatalysLists.None);
        foreach (var cart in carts)
        {
            using var body = Parse(KatalysRequest.Report(cart.Event(), "abcdefg.com", lists));
            lists = KatalysRequest.ListsAfter(cart.Event(), lists);
            foreach (
                var field in body
                    .RootElement.EnumerateObject()
                    .Where(each =>
                        each.Name.Contains("_item_", StringComparison.Ordinal)
                        || each.Name.StartsWith("discount_", StringComparison.Ordinal)
                    )
            )
            {
                if (field.Value.ValueKind == JsonValueKind.Number)
                {
                    order[field.Name] = field.Value.GetDecimal();
                }
            }
        }

        var now = carts[^1];
        var items = order.Keys.Where(key => key.EndsWith("_price", StringComparison.Ordinal));
        var discounts = order.Where(each => each.Key.StartsWith("discount_", StringComparison.Ordinal));
        return
        [
            .. Wrong(
                "line items",
                OfLines(now),
                now.Minor(items.Sum(key => order[key] * order[key.Replace("_price", "_qty", StringComparison.Ordinal)]))
            ),
            .. Wrong("discounts", now.LinesOff + now.OrderOff, now.Minor(discounts.Sum(each => each.Value))),
        ];
    }

    private static IEnumerable<string> AtRetrack(Cart cart)
    {
        using var body = Parse(Retrack(cart));
        var root = body.RootElement;
        var products = Products(root);
        var discount = Discount(root);
        return
        [
            .. Wrong("orderSum", cart.Goods, root.GetProperty("orderSum").GetDecimal()),
            .. Wrong("vatSum", cart.Tax, root.GetProperty("vatSum").GetDecimal()),
            .. Wrong("products", cart.Goods, products.Sum(each => each.Price * each.Quantity) - discount),
            .. Wrong("products' VAT", VatOf(cart, products), products.Sum(each => each.Tax * each.Quantity)),
            .. products
                .Where(each => each.Quantity < 1 || each.Price < 0 || each.Tax < 0)
                .Select(each => $"{each} is no product"),
        ];
    }

    // No product is left to bear it where every line came back and nothing but tax remains.
    private static decimal VatOf(Cart cart, List<Told> products) => products.Count == 0 ? 0 : cart.Tax;

    private static IEnumerable<string> RetracksProducts(Cart cart)
    {
        using var body = Parse(Retrack(cart));
        var products = Products(body.RootElement);
        for (var i = 0; i < cart.ToldLines.Count; i++)
        {
            var line = cart.ToldLines[i];
            var told = products.Where(product => product.Sku == $"sku-{i}").ToList();
            foreach (var wrong in Wrong($"pieces of line {i}", line.Quantity, told.Sum(each => each.Quantity)))
            {
                yield return wrong;
            }

            if (told.Any(each => each.Event != Cart.EventId(i)) || told.Count > 3)
            {
                yield return $"line {i} is told as {string.Join(", ", told)}";
            }

            var off = Math.Abs(told.Sum(each => each.Price * each.Quantity) - cart.LineGoods[i]);
            if (cart.Since != Since.HalfRefunded && off > Slack(cart))
            {
                yield return $"line {i} is told {off} off its {cart.LineGoods[i]}";
            }
        }
    }

    private static IEnumerable<string> RetracksDiscount(Cart cart)
    {
        using var body = Parse(Retrack(cart));
        var told = Discount(body.RootElement);
        var taken = cart.LineGoods.Take(cart.ToldLines.Count).Sum() - cart.Goods;
        return (cart.Since, cart.OrderOff) switch
        {
            (Since.Nothing, 0) or (Since.LinesLost, 0) => Wrong("discountSum", 0, told),
            (Since.Nothing, _) when Math.Abs(told - taken) <= Slack(cart) => [],
            (Since.Nothing, _) => Wrong("discountSum", taken, told),
            _ when told > cart.LinesOff + cart.OrderOff => ["more than the discounts"],
            _ => [],
        };
    }

    private static IEnumerable<string> AtAvantLink(Cart cart)
    {
        var options = new AvantLinkOptions { MerchantId = Guid.Empty };
        using var body = Parse(AvantLinkRequest.Order(cart.Event(), options));
        var order = body.RootElement.GetProperty("order");
        var products = order
            .GetProperty("products")
            .EnumerateArray()
            .Sum(product => Amount(cart, product, "product_amount") * product.GetProperty("quantity").GetDecimal());
        return
        [
            .. Wrong("subtotal", cart.Goods, Amount(cart, order, "order_amount_subtotal")),
            .. Wrong("products", OfLines(cart), products),
        ];
    }

    private static IEnumerable<string> AtKatalys(Cart cart)
    {
        using var body = Parse(KatalysRequest.Report(cart.Event(), "abcdefg.com"));
        var root = body.RootElement;
        var sale = Amount(cart, root, "sale_amount");
        var parts = Amount(cart, root, "shipping_amount") + Amount(cart, root, "tax_amount");
        var items = root.EnumerateObject()
            .Where(field => field.Name.StartsWith("line_item_", StringComparison.Ordinal))
            .Where(field => field.Name.EndsWith("_price", StringComparison.Ordinal))
            .Sum(field =>
                Amount(cart, root, field.Name)
                * root.GetProperty(field.Name.Replace("_price", "_qty", StringComparison.Ordinal)).GetDecimal()
            );
        return
        [
            .. Wrong("subtotal", cart.Goods, Amount(cart, root, "subtotal_amount")),
            .. Wrong("sale less shipping and tax", cart.Goods, sale - parts),
            .. Wrong("line items", OfLines(cart), items),
        ];
    }

    // What the lines must come to: the goods and what was taken off the order as a whole, less what no line tells of.
    private static decimal OfLines(Cart cart)
    {
        using var body = Parse(Retrack(cart));
        var other = Products(body.RootElement).Where(product => product.Sku == "other").Sum(product => product.Price);
        return cart.Goods + Discount(body.RootElement) - other;
    }

    // Half a minor unit for each figure that the shop rounded.
    private static decimal Slack(Cart cart) =>
        1
        + cart.ToldLines.Where(line => line.Quantity > 0)
            .Sum(line => cart.Telling == Telling.LineTotal ? 1m : line.Quantity);

    private static ProviderRequest Retrack(Cart cart) =>
        RetrackRequest.Create(cart.Event(), UsualEvent, Guid.Empty).Request;

    private static List<Told> Products(JsonElement body) =>
        [
            .. body.GetProperty("products")
                .EnumerateArray()
                .Select(product => new Told(
                    product.GetProperty("reference").GetString()!,
                    product.GetProperty("quantity").GetDecimal(),
                    product.GetProperty("price").GetInt64(),
                    product.GetProperty("vat").GetInt64(),
                    product.GetProperty("event").GetGuid()
                )),
        ];

    private static decimal Discount(JsonElement body) =>
        body.TryGetProperty("discountSum", out var discount) ? discount.GetInt64() : 0;

    private static decimal Amount(Cart cart, JsonElement json, string name)
    {
        var value = json.GetProperty(name);
        return cart.Minor(
            value.ValueKind == JsonValueKind.String
                ? decimal.Parse(value.GetString()!, CultureInfo.InvariantCulture)
                : value.GetDecimal()
        );
    }

    private static JsonDocument Parse(ProviderRequest request) => JsonDocument.Parse(request.BodyText);

    private static string[] Wrong(string what, decimal expected, decimal told) =>
        expected == told
            ? []
            : [string.Create(CultureInfo.InvariantCulture, $"{what} should be {expected} and is {told}")];

    private static void Check(Func<Cart, IEnumerable<string>> wrongs) =>
        Generated.Check(
            AnyCart.Arbitrary,
            Runs,
            cart => !wrongs(cart).Any(),
            cart => $"{cart}\n{Retrack(cart).BodyText}\n=> {string.Join("\n=> ", wrongs(cart))}"
        );
}
