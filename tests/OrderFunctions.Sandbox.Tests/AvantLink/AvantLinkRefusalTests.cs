using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.AvantLink;

namespace OrderFunctions.Sandbox.Tests.AvantLink;

public sealed class AvantLinkRefusalTests : SandboxTest
{
    [Theory]
    [InlineData("current_url", null, "current_url is required")]
    [InlineData("current_url", "\"/thank-you\"", "current_url must be")]
    [InlineData("current_url", "\"ftp://store.example/\"", "current_url must be")]
    [InlineData("current_url", "\"\"", "current_url must be")]
    [InlineData("user_agent", null, "user_agent is required")]
    [InlineData("user_agent", "\"\"", "user_agent must be")]
    [InlineData("referrer_url", "\"checkout\"", "referrer_url must be")]
    [InlineData("referrer_url", "null", "referrer_url must be")]
    [InlineData("user_ip_address", "7", "user_ip_address must be")]
    [InlineData("google_click_id", "null", "google_click_id must be")]
    [InlineData("custom_tracking_code", "[]", "custom_tracking_code must be")]
    [InlineData("tracking_ids", null, "tracking_ids is required")]
    [InlineData("tracking_ids", "[]", "tracking_ids must be")]
    [InlineData("tracking_ids.user_id", null, "tracking_ids.user_id is required")]
    [InlineData("tracking_ids.user_id", "\"123456\"", "tracking_ids.user_id must be")]
    [InlineData("tracking_ids.user_id", "[7]", "tracking_ids.user_id[0] must be")]
    [InlineData("tracking_ids.visitor_id", null, "tracking_ids.visitor_id is required")]
    [InlineData("tracking_ids.avantlink_avad", null, "tracking_ids.avantlink_avad is required")]
    [InlineData("tracking_ids.avantlink_avad", "[\"a\"]", "tracking_ids.avantlink_avad must be")]
    [InlineData("tracking_ids.click_id", "\"a\"", "tracking_ids.click_id is not a documented field")]
    [InlineData("order", null, "order is required")]
    [InlineData("order.order_number", null, "order.order_number is required")]
    [InlineData("order.order_number", "12345", "order.order_number must be")]
    [InlineData("order.order_amount_subtotal", null, "order.order_amount_subtotal is required")]
    [InlineData("order.order_amount_subtotal", "\"$100\"", "order.order_amount_subtotal must be")]
    [InlineData("order.order_amount_subtotal", "true", "order.order_amount_subtotal must be")]
    [InlineData("order.order_amount_subtotal", "-0.01", "order.order_amount_subtotal must be")]
    [InlineData("order.order_amount_subtotal", "\"-100.00\"", "order.order_amount_subtotal must be")]
    [InlineData("order.currency", "\"usd\"", "order.currency must be")]
    [InlineData("order.coupon_codes", null, "order.coupon_codes is required")]
    [InlineData("order.coupon_codes", "\"free-shipping\"", "order.coupon_codes must be")]
    [InlineData("order.customer", null, "order.customer is required")]
    [InlineData("order.customer.new_customer", "\"y\"", "order.customer.new_customer must be")]
    [InlineData("order.customer.country", null, "order.customer.country is required")]
    [InlineData("order.customer.country", "\"\"", "order.customer.country must be")]
    [InlineData("order.customer.region", null, "order.customer.region is required")]
    [InlineData("order.customer.state", null, "order.customer.state is required")]
    [InlineData("order.customer.city", "\"Oslo\"", "order.customer.city is not a documented field")]
    [InlineData("order.products", null, "order.products is required")]
    [InlineData("order.products.0", "7", "order.products[0] must be")]
    [InlineData("order.products.0.product_sku", null, "order.products[0].product_sku is required")]
    [InlineData("order.products.0.product_amount", "\"$50\"", "order.products[0].product_amount must be")]
    [InlineData("order.products.0.product_amount", "-50.00", "order.products[0].product_amount must be")]
    [InlineData("order.products.0.quantity", "\"two\"", "order.products[0].quantity must be")]
    [InlineData("order.products.0.quantity", "0", "order.products[0].quantity must be more than 0")]
    [InlineData("order.products.0.quantity", "\"-1\"", "order.products[0].quantity must be more than 0")]
    [InlineData("order.products.0.name", "\"Tent\"", "order.products[0].name is not a documented field")]
    [InlineData("order.total", "1", "order.total is not a documented field")]
    [InlineData("event", "\"sale\"", "event is not a documented field")]
    public async Task AvantLink_refuses_a_field_that_is_not_as_documented(string field, string? json, string mention)
    {
        var reply = await AvantLink(Bodies.AvantLink().With(field, json));

        reply.RefusedWith(400, mention);
        Assert.Equal("InvalidArgumentException", reply.Json["exception"]!.GetValue<string>());
        Assert.Null(State.Provider<AvantLinkApi>().Find("12345"));
    }

    [Theory]
    [InlineData("""{"user_id":[],"visitor_id":[],"avantlink_avad":""}""")]
    [InlineData("""{"user_id":[""],"visitor_id":[" "],"avantlink_avad":""}""")]
    public async Task AvantLink_refuses_an_order_without_a_tracking_id_in_the_documented_words(string ids)
    {
        var reply = await AvantLink(Bodies.AvantLink().With("tracking_ids", ids));

        Assert.Equal(400, reply.Status);
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    """
                    {
                      "error": "You must provide at least one tracking id in order to generate a episode_id.",
                      "error_key": "client.model.merchants_tracking.tracking_ids.blank",
                      "exception": "InvalidArgumentException"
                    }
                    """
                ),
                reply.Json
            ),
            reply.Text
        );
    }

    [Theory]
    [InlineData("tracking_ids.user_id", "[\"jane@example.com\"]", "tracking_ids.user_id[0]")]
    [InlineData("order.order_number", "\"jane@example.com\"", "order.order_number")]
    [InlineData("current_url", "\"https://store.example/?mail=jane%40example.com\"", "current_url")]
    [InlineData("referrer_url", "\"https://store.example/?back=%2Fa%3Fmail%3Djane%2540example.com\"", "referrer_url")]
    [InlineData("custom_tracking_code", "\"to Jane <jane.doe@mail.example.com>\"", "custom_tracking_code")]
    public async Task AvantLink_refuses_an_email_address_anywhere(string field, string json, string mention)
    {
        var reply = await AvantLink(Bodies.AvantLink().With(field, json));

        reply.RefusedWith(400, mention);
        Assert.Equal("sandbox.personal_information", reply.Json["error_key"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("tracking_ids.user_id", "[\"+46 70 123 45 67\"]", "tracking_ids.user_id[0]")]
    [InlineData("tracking_ids.visitor_id", "[\"+18015550123\"]", "tracking_ids.visitor_id[0]")]
    [InlineData("order.order_number", "\"(801) 555-0123\"", "order.order_number")]
    [InlineData("custom_tracking_code", "\"call +1-801-555-0123\"", "custom_tracking_code")]
    [InlineData("current_url", "\"https://store.example/thanks?o=1&phone=8015550123\"", "current_url")]
    [InlineData("current_url", "\"https://store.example/thanks?billing_phone=%2B46701234567\"", "current_url")]
    public async Task AvantLink_refuses_a_phone_number_anywhere(string field, string json, string mention) =>
        (await AvantLink(Bodies.AvantLink().With(field, json))).RefusedWith(400, $"{mention} holds a phone number");

    [Theory]
    [InlineData("tracking_ids.user_id", "[\"Jane Doe\"]", "tracking_ids.user_id[0]")]
    [InlineData("tracking_ids.visitor_id", "[\"jane van der o'Doe\"]", "tracking_ids.visitor_id[0]")]
    [InlineData("order.order_number", "\"Jåne Doe\"", "order.order_number")]
    [InlineData("current_url", "\"https://store.example/thanks?o=1&first_name=Jane\"", "current_url")]
    [InlineData("referrer_url", "\"https://store.example/pay?billing_lastName=Doe\"", "referrer_url")]
    [InlineData("referrer_url", "\"https://store.example/?back=%2Fa%3Ffull_name%3DJane\"", "referrer_url")]
    public async Task AvantLink_refuses_a_name_where_it_can_be_told(string field, string json, string mention) =>
        (await AvantLink(Bodies.AvantLink().With(field, json))).RefusedWith(400, $"{mention} holds a name");

    [Fact]
    public async Task AvantLink_names_everything_that_is_wrong()
    {
        var reply = await Send("POST", AvantLinkPath, new JsonObject { ["colour"] = "red" });

        foreach (var mention in new[] { "Accept", "User-Agent", "current_url", "user_agent", "order is", "colour" })
        {
            reply.RefusedWith(400, mention);
        }

        Assert.Equal("client.model.merchants_tracking.tracking_ids.blank", reply.Json["error_key"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(null, "tests/1.0", "Accept")]
    [InlineData("text/html", "tests/1.0", "Accept")]
    [InlineData("*/*", "tests/1.0", "Accept")]
    [InlineData("application/json", null, "User-Agent")]
    [InlineData("application/json", "Mozilla/5.0 (X11; Linux x86_64)", "User-Agent")]
    public async Task AvantLink_requires_its_headers(string? accept, string? agent, string mention)
    {
        var headers = new List<(string, string)>();
        if (accept is not null)
        {
            headers.Add(("Accept", accept));
        }

        if (agent is not null)
        {
            headers.Add(("User-Agent", agent));
        }

        (await Send("POST", AvantLinkPath, Bodies.AvantLink(), [.. headers])).RefusedWith(400, mention);
    }

    [Fact]
    public async Task AvantLink_refuses_an_authorization_header() =>
        (await AvantLink(Bodies.AvantLink(), ("Authorization", "Bearer x"))).RefusedWith(400, "Authorization");

    [Theory]
    [InlineData("6f1d3a52-7d0c-4c0e-9b3e-0a1c5a7e2d12")]
    [InlineData("1234567")]
    public async Task AvantLink_does_not_know_another_merchant(string merchant)
    {
        var reply = await Send(
            "POST",
            $"/avantlink/merchants/{merchant}/tracking/order",
            Bodies.AvantLink(),
            AvantLinkHeaders
        );

        reply.RefusedWith(404, merchant);
    }
}
