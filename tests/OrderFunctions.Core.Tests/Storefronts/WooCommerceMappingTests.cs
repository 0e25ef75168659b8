using System.Text.Json.Nodes;
using OrderFunctions.Orders;
using OrderFunctions.Storefronts;
using OrderFunctions.Storefronts.WooCommerce;

namespace OrderFunctions.Core.Tests.Storefronts;

/// <summary>Values worked out by hand from WooCommerce's documented fields.</summary>
public sealed class WooCommerceMappingTests
{
    private const string Plain = "Paid 61.2 EUR: goods 46 [2xCAP=36+7.2 3x23=10+2], tax 10.2, shipping 5+1, fees 0";

    [Fact]
    public void An_order_with_a_coupon_is_told_after_discounts_and_without_tax_though_prices_were_entered_with_it()
    {
        var told = Payloads.WooCommerceEvent();

        Assert.Equal(Plain, told.Sums());
        var order = told.Order;
        Assert.Equal(("727", null, 66.00m), (order.Id, order.Alias, order.TotalBeforeDiscounts));
        Assert.Equal([new Discount("spring", 4)], order.Discounts);
        Assert.Equal(DateTimeOffset.Parse("2026-11-21T13:03:07Z", null), told.OccurredAt);
        Assert.Equal(DateTimeOffset.Parse("2026-11-21T13:02:51Z", null), order.PlacedAt);
    }

    [Fact]
    public void A_guest_has_an_e_mail_address_and_no_id_and_a_blank_shipping_address_is_none()
    {
        var order = Payloads.WooCommerceEvent().Order;

        Assert.Equal(new Customer(null, "alex@example.com", null, null), order.Customer);
        Assert.Equal(Address.Unknown, order.ShippingAddress);
        Assert.Equal(new Address("Berlin", null, "DE-BE", "10115", "DE"), order.EffectiveAddress);
    }

    [Fact]
    public void Attribution_is_what_the_order_s_meta_says_and_else_its_session_s_first_page()
    {
        var visit = Payloads.WooCommerceEvent().Attribution!;

        Assert.Equal(["vis_3f2c1a97"], visit.VisitorIds);
        Assert.Equal(
            ("77_f3afbe121", "59d08c54-18e6-4e0d-9c06-d18be3510e43", "nick.t.4"),
            (visit.AvantLinkToken, visit.RetrackClick, visit.Affiliate)
        );
        Assert.Equal("https://store.example.com/shop/?avad=77_f3afbe121&duel_a=nick.t.4", visit.PageUrl);
        Assert.Equal(("203.0.113.45", "https://blog.example.org/mugs"), (visit.IpAddress, visit.ReferrerUrl));
    }

    // 30.60 of 61.20 left: half of everything.
    [Fact]
    public void After_a_refund_everything_is_told_in_proportion() =>
        Assert.Equal(
            "PartiallyRefunded 30.6 EUR: goods 23 [2xCAP=18+3.6 3x23=5+1], tax 5.1, shipping 2.5+0.5, fees 0",
            Payloads.WooCommerceEvent(order => order["refunds"] = Refunds("-20.60", "-10.00")).Sums()
        );

    [Fact]
    public void A_fee_is_no_goods_and_a_fee_below_zero_is_a_discount_without_a_code()
    {
        var told = Payloads.WooCommerceEvent(order =>
        {
            order["fee_lines"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "Payment",
                    ["total"] = "2.50",
                    ["total_tax"] = "0.00",
                },
                new JsonObject
                {
                    ["name"] = "Loyalty",
                    ["total"] = "-6.00",
                    ["total_tax"] = "0.00",
                }
            );
            order["total"] = "57.70";
        });

        Assert.Equal("Paid 57.7 EUR: goods 40 [2xCAP=36+7.2 3x23=10+2], tax 10.2, shipping 5+1, fees 2.5", told.Sums());
        Assert.Equal([new Discount("spring", 4), new Discount(null, 6)], told.Order.Discounts);
        Assert.Equal(600, Basket.Of(told.Order).Discount);
    }

    [Theory]
    [InlineData("pending", "Pending")]
    [InlineData("on-hold", "Pending")]
    [InlineData("processing", "Paid")]
    [InlineData("completed", "Paid")]
    [InlineData("refunded", "Refunded")]
    [InlineData("cancelled", "Cancelled")]
    [InlineData("trash", "Cancelled")]
    [InlineData("failed", "Cancelled")]
    [InlineData("packed-by-a-plugin", "Paid")]
    public void The_status_of_a_paid_order(string status, string told) =>
        Assert.Equal(told, $"{Payloads.WooCommerceEvent(order => order["status"] = status).Order.Status}");

    [Theory]
    [InlineData("failed")]
    [InlineData("packed-by-a-plugin")]
    public void What_was_never_paid_is_pending(string status) =>
        Assert.Equal(
            OrderStatus.Pending,
            Payloads
                .WooCommerceEvent(order =>
                {
                    order["status"] = status;
                    order["date_paid_gmt"] = null;
                })
                .Order.Status
        );

    [Fact]
    public void An_order_restored_from_the_trash_is_whole() =>
        Assert.Equal(Plain, Payloads.Event(Payloads.MapWooCommerce(topic: "order.restored")).Sums());

    [Fact]
    public void The_number_is_the_id_where_the_setting_says_so_and_the_alias_where_not()
    {
        static void Numbered(JsonObject order) => order["number"] = "W-2026-727";

        Assert.Equal("W-2026-727", Payloads.WooCommerceEvent(Numbered).Order.Alias);
        Assert.Equal(
            "W-2026-727",
            Payloads.WooCommerceEvent(Numbered, new WooCommerceOptions { OrderId = "number" }).Order.Id
        );
    }

    [Fact]
    public void Orders_of_a_further_shop_carry_its_name_for_shops_count_alike()
    {
        var storefront = new WooCommerceStorefront(new WooCommerceOptions());

        Assert.Equal(
            "outlet-727",
            Payloads.Event(Payloads.Map(storefront, Payloads.WooCommerce(), "order.created", "outlet")).Order.Id
        );
    }

    [Fact]
    public void An_order_of_nothing_to_pay_is_paid() =>
        Assert.Equal(
            "Paid 0 EUR: goods 0 [2xCAP=0+0 3x23=0+0], tax 0, shipping 0+0, fees 0",
            Payloads
                .WooCommerceEvent(order =>
                {
                    foreach (var field in new[] { "total", "total_tax", "shipping_total", "shipping_tax" })
                    {
                        order[field] = "0.00";
                    }

                    foreach (var line in order.Items("line_items"))
                    {
                        line!["total"] = "0.00";
                        line["total_tax"] = "0.00";
                    }
                })
                .Sums()
        );

    // Tax rounded at the subtotal: 0.01 less than the lines' (woocommerce issue 25720).
    [Fact]
    public void A_cent_that_rounding_has_left_over_goes_to_the_largest_line()
    {
        var told = Payloads.WooCommerceEvent(order => order["total_tax"] = "10.19");

        Assert.Equal(
            "Paid 61.2 EUR: goods 46.01 [2xCAP=36.01+7.2 3x23=10+2], tax 10.19, shipping 5+1, fees 0",
            told.Sums()
        );
    }

    [Fact]
    public void WooCommerces_own_error_instead_of_an_order_is_for_a_person()
    {
        var error = new JsonObject
        {
            ["code"] = "woocommerce_rest_cannot_view",
            ["message"] = "Sorry, you cannot view this resource.",
            ["data"] = new JsonObject { ["status"] = 401 },
        };

        var failed = Assert.IsType<Mapping.Failed>(
            Payloads.Map(new WooCommerceStorefront(new WooCommerceOptions()), error, "order.updated")
        );
        Assert.Contains("the user who made the webhook may be gone", $"{failed.Problems}", StringComparison.Ordinal);
    }

    internal static JsonArray Refunds(params string[] totals) =>
        [
            .. totals.Select(
                (total, index) =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = index + 1,
                            ["reason"] = "",
                            ["total"] = total,
                        }
            ),
        ];
}
