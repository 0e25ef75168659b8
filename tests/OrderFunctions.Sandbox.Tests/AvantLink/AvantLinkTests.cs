using OrderFunctions.Sandbox.AvantLink;

namespace OrderFunctions.Sandbox.Tests.AvantLink;

public sealed class AvantLinkTests : SandboxTest
{
    [Fact]
    public async Task AvantLink_records_an_order()
    {
        var reply = await AvantLink(Bodies.AvantLink());

        Assert.Equal((200, """{"success":true}"""), (reply.Status, reply.Text));
        var order = State.Provider<AvantLinkApi>().Find("12345")!;
        Assert.Equal((100m, "USD", 0), (order.Subtotal, order.Currency, order.Repeats));
        Assert.Equal(["free-shipping"], order.CouponCodes);
        Assert.Equal([new AvantLinkProduct("1234", 50m, 2m)], order.Products);
        Assert.Equal("77_f3afbe121", order.Body.GetProperty("tracking_ids").GetProperty("avantlink_avad").GetString());
    }

    [Fact]
    public async Task AvantLink_keeps_the_first_of_repeated_orders()
    {
        await AvantLink(Bodies.AvantLink());

        var repeat = await AvantLink(Bodies.AvantLink().With("order.order_amount_subtotal", "1"));

        Assert.Equal((200, """{"success":true}"""), (repeat.Status, repeat.Text));
        var order = State.Provider<AvantLinkApi>().Find("12345")!;
        Assert.Equal((100m, 1), (order.Subtotal, order.Repeats));
    }

    [Theory]
    [InlineData("order.order_amount_subtotal", "\"100.00\"")]
    [InlineData("order.order_amount_subtotal", "0")]
    [InlineData("order.products.0.product_amount", "\"50.00\"")]
    [InlineData("order.products.0.quantity", "\"2\"")]
    [InlineData("order.products.0.quantity", "\"1\"")]
    [InlineData("order.products.0.quantity", "3")]
    [InlineData("order.coupon_codes", "[]")]
    [InlineData("order.products", "[]")]
    [InlineData("order.customer.state", "\"\"")]
    [InlineData("referrer_url", "\"\"")]
    [InlineData("referrer_url", null)]
    [InlineData("user_ip_address", null)]
    [InlineData("google_click_id", null)]
    [InlineData("custom_tracking_code", null)]
    [InlineData("tracking_ids.user_id", "[]")]
    [InlineData("tracking_ids", """{"user_id":["b6c0"],"visitor_id":[],"avantlink_avad":""}""")]
    [InlineData("tracking_ids", """{"user_id":[],"visitor_id":["v"],"avantlink_avad":""}""")]
    [InlineData("tracking_ids", """{"user_id":[""],"visitor_id":[""],"avantlink_avad":"a"}""")]
    [InlineData("current_url", "\"https://store.example.com/@home/to@work?size=1@2\"")]
    [InlineData("current_url", "\"https://store.example.com/hotel?hotel=7&tel=&filename=a&time=12:00%2B0100\"")]
    [InlineData("order.order_number", "\"112-1234567-1234567\"")]
    [InlineData("order.products.0.product_sku", "\"Blue Tent 801-555-0123\"")]
    [InlineData("order.customer.country", "\"United States\"")]
    [InlineData("order.customer.region", "\"New South Wales\"")]
    public async Task AvantLink_takes_every_documented_form(string field, string? json) =>
        Assert.Equal(200, (await AvantLink(Bodies.AvantLink().With(field, json))).Status);

    [Fact]
    public async Task AvantLink_reads_accept_among_other_types()
    {
        var reply = await Send(
            "POST",
            AvantLinkPath,
            Bodies.AvantLink(),
            ("Accept", "text/html, application/json;q=0.9"),
            ("User-Agent", "tests/1.0")
        );

        Assert.Equal(200, reply.Status);
    }
}
