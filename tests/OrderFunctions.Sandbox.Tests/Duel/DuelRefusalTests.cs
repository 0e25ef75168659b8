using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Duel;

namespace OrderFunctions.Sandbox.Tests.Duel;

public sealed class DuelRefusalTests : SandboxTest
{
    [Theory]
    [InlineData("order", null, "order is required")]
    [InlineData("order", "7", "order must be")]
    [InlineData("order", "\"\"", "order must be")]
    [InlineData("order", "\"A-2\"", "the order id of the path")]
    [InlineData("total", null, "total is required")]
    [InlineData("total", "\"80.50\"", "total must be")]
    [InlineData("total", "-0.01", "total must be")]
    [InlineData("total", "null", "total must be")]
    [InlineData("total", "1e40", "total must be")]
    [InlineData("currency", null, "currency is required")]
    [InlineData("currency", "\"gbp\"", "currency must be")]
    [InlineData("currency", "\"GBPX\"", "currency must be")]
    [InlineData("currency", "826", "currency must be")]
    [InlineData("email", "\"\"", "email must be")]
    [InlineData("email", "null", "email must be")]
    [InlineData("email", "\"jane\"", "email must be an e-mail address")]
    [InlineData("email", "\"jane@example\"", "email must be an e-mail address")]
    [InlineData("email", "\"jane doe@example.com\"", "email must be an e-mail address")]
    [InlineData("email", "\"jane@@example.com\"", "email must be an e-mail address")]
    [InlineData("total_gross", "\"100\"", "total_gross must be")]
    [InlineData("total_gross", "80.49", "total_gross must be at least total, 80.50")]
    [InlineData("total_gross", "-1", "total_gross must be")]
    [InlineData("promo", "[]", "promo must be")]
    [InlineData("promo", "[\"ONE\", \"\"]", "promo[1] must be")]
    [InlineData("promo", "[\"ONE\", null]", "promo[1] must be")]
    [InlineData("promo", "\"\"", "promo must be")]
    [InlineData("promo", "null", "promo must be")]
    [InlineData("customer_id", "7", "customer_id must be")]
    [InlineData("customer_id", "\" \"", "customer_id must be")]
    [InlineData("new_customer", "false", "new_customer must be")]
    [InlineData("new_customer", "\"n\"", "new_customer must be")]
    [InlineData("new_customer", "null", "new_customer must be")]
    [InlineData("instore", "\"Y\"", "instore must be")]
    [InlineData("instore", "1", "instore must be")]
    [InlineData("affiliate", "\"\"", "affiliate must be")]
    [InlineData("points", "\"12\"", "points must be")]
    [InlineData("points", "-1", "points must be")]
    [InlineData("commission", "\"3.5\"", "commission must be")]
    [InlineData("commission", "-0.01", "commission must be")]
    [InlineData("commission", null, "sent together")]
    [InlineData("commission_currency", null, "sent together")]
    [InlineData("commission_currency", "\"pound\"", "commission_currency must be")]
    [InlineData("date", "\"2026-01-01\"", "date is not a documented field")]
    [InlineData("Total", "1", "Total is not a documented field")]
    public async Task Duel_refuses_a_field_that_is_not_as_documented(string field, string? json, string mention)
    {
        var reply = await Duel(Bodies.Duel().With(field, json), "A-1");

        reply.RefusedWith(422, mention);
        Assert.Null(State.Provider<DuelApi>().Find("A-1"));
    }

    [Fact]
    public async Task Duel_names_everything_that_is_wrong()
    {
        var reply = await Duel(new JsonObject { ["total"] = "1", ["colour"] = "red" }, "A-1");

        Assert.Equal(
            [
                "order is required: a string that is not blank.",
                "total must be a number of at least 0.",
                "currency is required: three upper-case letters (ISO 4217).",
                "colour is not a documented field.",
            ],
            reply.Problems
        );
        Assert.Equal(string.Join(' ', reply.Problems), State.Received("duel").Single().Problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic")]
    [InlineData("Basic !")]
    [InlineData("Basic c2FuZGJveC1kdWVsLXVzZXI6d3Jvbmc=")]
    [InlineData("Bearer wrong")]
    [InlineData("Digest sandbox-duel-token")]
    public async Task Duel_refuses_a_caller_without_good_credentials(string? authorization)
    {
        (string, string)[] headers = authorization is null ? [] : [("Authorization", authorization)];

        var reply = await Send("PUT", "/duel/v1/orders/A-1", Bodies.Duel(), headers);

        reply.RefusedWith(401, "Authorization");
        Assert.Equal(["Basic", "Bearer"], reply.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
    }

    [Fact]
    public async Task Duel_does_not_update_an_order_by_post_that_it_does_not_know() =>
        (await Duel(Bodies.Duel(), method: "POST")).RefusedWith(404, "A-1");

    [Fact]
    public async Task Duel_does_not_create_an_order_by_post_twice()
    {
        await Duel(Bodies.Duel());

        var reply = await Send("POST", "/duel/v1/orders", Bodies.Duel(), ("Authorization", DuelBasic));

        reply.RefusedWith(409, "A-1");
    }

    [Theory]
    [InlineData("/duel/v1/orders", "POST")]
    [InlineData("/duel/v1/orders/A-1", "PUT, POST")]
    public async Task Duel_says_which_methods_it_allows(string path, string allowed)
    {
        var reply = await Send("GET", path, null, ("Authorization", DuelBasic));

        reply.RefusedWith(405, "GET");
        Assert.Equal(allowed, string.Join(", ", reply.ContentHeaders.Allow));
    }
}
