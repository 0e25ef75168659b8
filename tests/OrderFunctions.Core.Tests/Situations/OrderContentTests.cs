using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Core.Tests.Situations;

/// <summary>Carts and customers as shops have them.</summary>
public sealed class OrderContentTests : SituationTest
{
    private const string OtherEvent = "6b1f0c1e-0d67-4c53-9d0a-3a0f5bb7a111";

    [Fact]
    public async Task One_cent_of_rounding_costs_no_line_its_commission_event()
    {
        // The shop says 99.99 for the goods; its lines make 100.00.
        await StorefrontAsync(
            "paid",
            json =>
            {
                json.Order()["total"] = 124.99m;
                json.Order()["lines"]![1]!["retrackEventId"] = OtherEvent;
            }
        );

        Assert.Equal(["total=124.99"], Got("duel", "total"));
        Assert.Equal(["order_amount_subtotal=99.99"], Got("avantlink", "order/order_amount_subtotal"));
        Assert.Equal(
            ["create orderSum=9999 vatSum=2500 discountSum=-"],
            Got("retrack", "orderSum", "vatSum", "discountSum")
        );
        // 1 x 29.99 + 1 x 30.00 + 1 x 40.00 = 99.99; the VAT 2 x 7.50 + 10.00.
        Assert.Equal(
            [
                (1, 2999, 750, RetrackApi.EventId.Default),
                (1, 3000, 750, RetrackApi.EventId.Default),
                (1, 4000, 1000, OtherEvent),
            ],
            Products()
        );
        Assert.Equal(["sale_amount=124.99 subtotal_amount=99.99"], Got("katalys", "sale_amount", "subtotal_amount"));
    }

    [Fact]
    public async Task A_price_that_is_no_whole_cent_is_told_in_two_lines()
    {
        // 3 x 7.993 = 23.979; with 25 % tax 29.97.
        await StorefrontAsync(
            "paid",
            json =>
            {
                json.Order()["total"] = 29.97m;
                json.Order()["tax"] = 5.99m;
                json.Order()["lines"] = ProviderCase.Parsed("""[{"sku":"mug","quantity":3,"unitPrice":7.993}]""");
            }
        );

        Assert.Equal(
            ["product_amount=7.99 quantity=2 product_amount=8.00 quantity=1 order_amount_subtotal=23.98"],
            Got(
                "avantlink",
                "order/products/0/product_amount",
                "order/products/0/quantity",
                "order/products/1/product_amount",
                "order/products/1/quantity",
                "order/order_amount_subtotal"
            )
        );
        Assert.Equal(
            (2398, 599),
            (Products().Sum(line => line.Quantity * line.Price), Products().Sum(line => line.Quantity * line.Vat))
        );
        Assert.Equal(
            ["line_item_1_price=7.99 line_item_1_qty=2 line_item_2_price=8.00 line_item_2_qty=1"],
            Got("katalys", "line_item_1_price", "line_item_1_qty", "line_item_2_price", "line_item_2_qty")
        );
    }

    [Fact]
    public async Task A_line_without_a_SKU_goes_by_its_name()
    {
        await StorefrontAsync("paid", json => json.Order()["lines"]![1]!.AsObject().Remove("sku"));

        Assert.Single(Got("duel"));
        Assert.Equal(["product_sku=Jacket"], Got("avantlink", "order/products/1/product_sku"));
        Assert.Equal(
            ["create reference=Jacket name=Jacket"],
            Got("retrack", "products/1/reference", "products/1/name")
        );
        Assert.Equal(
            ["line_item_2_sku=Jacket line_item_2_title=Jacket"],
            Got("katalys", "line_item_2_sku", "line_item_2_title")
        );
    }

    [Fact]
    public async Task A_line_that_came_back_before_the_payment_is_no_product()
    {
        await StorefrontAsync("paid", JacketIsBack);

        Assert.Equal(["total=75.00"], Got("duel", "total"));
        Assert.Equal(
            ["order_amount_subtotal=60.00 product_sku=mug product_sku=-"],
            Got(
                "avantlink",
                "order/order_amount_subtotal",
                "order/products/0/product_sku",
                "order/products/1/product_sku"
            )
        );
        Assert.Equal(
            ["create orderSum=6000 reference=mug reference=-"],
            Got("retrack", "orderSum", "products/0/reference", "products/1/reference")
        );
        Assert.Equal(
            ["subtotal_amount=60.00 line_item_2_price=0.00 line_item_2_qty=0"],
            Got("katalys", "subtotal_amount", "line_item_2_price", "line_item_2_qty")
        );
    }

    [Fact]
    public async Task Tips_are_no_goods_and_what_a_gift_card_pays_is_paid()
    {
        // 10.00 for the courier; 50.00 of the 135.00 are paid by gift card, which changes nothing.
        await StorefrontAsync(
            "paid",
            json =>
            {
                json.Order()["total"] = 135;
                json.Order()["fees"] = 10;
            }
        );

        Assert.Equal(["total=135.00"], Got("duel", "total"));
        Assert.Equal(["order_amount_subtotal=100.00"], Got("avantlink", "order/order_amount_subtotal"));
        Assert.Equal(["create orderSum=10000 vatSum=2500"], Got("retrack", "orderSum", "vatSum"));
        Assert.Equal(["sale_amount=125.00 subtotal_amount=100.00"], Got("katalys", "sale_amount", "subtotal_amount"));
    }

    [Fact]
    public async Task A_discount_without_a_code_counts_in_the_sums_only()
    {
        // 20.00 off the whole order: goods 80.00, tax 20.00.
        await StorefrontAsync(
            "paid",
            json =>
            {
                json.Order()["total"] = 100;
                json.Order()["tax"] = 20;
                json.Order()["discounts"] = ProviderCase.Parsed("""[{"amount":20}]""");
            }
        );

        Assert.Equal(["total=100.00 promo=-"], Got("duel", "total", "promo"));
        Assert.Equal(
            ["order_amount_subtotal=80.00 coupon_codes=[]"],
            Got("avantlink", "order/order_amount_subtotal", "order/coupon_codes")
        );
        Assert.Equal(
            ["create orderSum=8000 vatSum=2000 discountSum=2000"],
            Got("retrack", "orderSum", "vatSum", "discountSum")
        );
        Assert.Equal(
            ["subtotal_amount=80.00 discount_1_code=- discount_1_amount=-"],
            Got("katalys", "subtotal_amount", "discount_1_code", "discount_1_amount")
        );
    }

    [Fact]
    public async Task Whether_a_customer_nobody_knows_is_new_is_told_only_where_an_answer_is_demanded()
    {
        await StorefrontAsync(
            "paid",
            json => json.Order()["customer"] = ProviderCase.Parsed("""{"email":"alex@example.com"}""")
        );

        Assert.Equal(["new_customer=-"], Got("duel", "new_customer"));
        Assert.Equal(["new_customer=false"], Got("avantlink", "order/customer/new_customer"));
        Assert.Equal(["order_count=-"], Got("katalys", "order_count"));
    }

    [Fact]
    public async Task The_billing_address_stands_in_where_nothing_was_shipped()
    {
        await StorefrontAsync(
            "paid",
            json =>
            {
                json.Order().Remove("shippingAddress");
                json.Order()["billingAddress"] = ProviderCase.Parsed(
                    """{"city":"Oslo","state":"03","postalCode":"0150","country":"NO"}"""
                );
            }
        );

        Assert.Equal(["country=NO state=03"], Got("avantlink", "order/customer/country", "order/customer/state"));
        Assert.Equal(
            ["shipping_city=Oslo shipping_state=03 shipping_postal=0150 shipping_country=NO"],
            Got("katalys", "shipping_city", "shipping_state", "shipping_postal", "shipping_country")
        );
    }

    private IReadOnlyList<(int Quantity, int Price, int Vat, string Event)> Products() =>
        [
            .. Rig
                .Sandbox.State.Received("retrack")[^1]
                .Body!.Value.GetProperty("products")
                .EnumerateArray()
                .Select(product =>
                    (
                        product.GetProperty("quantity").GetInt32(),
                        product.GetProperty("price").GetInt32(),
                        product.GetProperty("vat").GetInt32(),
                        product.GetProperty("event").GetString()!
                    )
                ),
        ];
}
