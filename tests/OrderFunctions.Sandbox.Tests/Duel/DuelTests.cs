using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Duel;

namespace OrderFunctions.Sandbox.Tests.Duel;

public sealed class DuelTests : SandboxTest
{
    [Fact]
    public async Task Duel_creates_an_order_it_is_put()
    {
        var reply = await Duel(Bodies.Duel());

        Assert.Equal(200, reply.Status);
        Assert.Equal("""{"status":"success","result":{"order":"A-1"}}""", reply.Text);
        var order = State.Provider<DuelApi>().Find("A-1")!;
        Assert.Equal((80.50m, 100m, "GBP"), (order.Total, order.TotalGross, order.Currency));
        Assert.Equal(("jane@example.com", "c-7", "nick.t.4"), (order.Email, order.CustomerId, order.Affiliate));
        Assert.Equal(["SPRING", "VIP"], order.Promo);
        Assert.Equal((12m, 3.5m, "GBP"), (order.Points, order.Commission, order.CommissionCurrency));
        Assert.True(order.NewCustomer && order.InStore && !order.Cancelled);
    }

    [Theory]
    [InlineData("PUT", "/duel/v1/orders/7")]
    [InlineData("POST", "/duel/v1/orders")]
    public async Task Duel_takes_an_order_without_an_email(string method, string path)
    {
        var reply = await Send(
            method,
            path,
            Json("""{"order":"7","total":40,"currency":"EUR"}"""),
            ("Authorization", DuelBasic)
        );

        Assert.Equal(200, reply.Status);
        var order = State.Provider<DuelApi>().Find("7")!;
        Assert.Equal((40m, "EUR", null), (order.Total, order.Currency, order.Email));
    }

    [Fact]
    public async Task Duel_takes_a_bare_cancellation_of_an_order_it_knows_or_does_not()
    {
        await Duel(Bodies.Duel());

        var known = await Duel(Json("""{"order":"A-1","total":0}"""));
        var unknown = await Duel(Json("""{"order":"7","total":0}"""));

        Assert.Equal((200, 200), (known.Status, unknown.Status));
        var order = State.Provider<DuelApi>().Find("A-1")!;
        Assert.Equal((true, "GBP", "jane@example.com"), (order.Cancelled, order.Currency, order.Email));
        Assert.True(State.Provider<DuelApi>().Find("7")!.Cancelled);
    }

    [Fact]
    public async Task Duel_keeps_no_promo_code_where_none_was_told()
    {
        var reply = await Send(
            "PUT",
            "/duel/v1/orders/7",
            Json("""{"order":"7","total":1,"currency":"EUR","email":"a@b.example"}"""),
            ("Authorization", DuelBasic)
        );

        Assert.Equal(200, reply.Status);
        Assert.Empty(State.Provider<DuelApi>().Find("7")!.Promo);
    }

    [Fact]
    public async Task Duel_keeps_what_an_update_leaves_out()
    {
        await Duel(Bodies.Duel());

        var reply = await Duel(Json("""{"order":"A-1","total":40,"currency":"GBP"}"""));

        Assert.Equal(200, reply.Status);
        var order = State.Provider<DuelApi>().Find("A-1")!;
        Assert.Equal((40m, "jane@example.com", 2), (order.Total, order.Email, order.Writes));
        Assert.Equal(["SPRING", "VIP"], order.Promo);
    }

    [Fact]
    public async Task Duel_cancels_an_order_by_a_total_of_zero()
    {
        await Duel(Bodies.Duel());
        await Duel(Bodies.Duel().With("total", "0"));

        Assert.True(State.Provider<DuelApi>().Find("A-1")!.Cancelled);
    }

    [Fact]
    public async Task Duel_creates_and_updates_by_post()
    {
        var created = await Send("POST", "/duel/v1/orders", Bodies.Duel(), ("Authorization", DuelBasic));
        var updated = await Duel(Bodies.Duel().With("total", "5"), method: "POST");

        Assert.Equal((200, 200), (created.Status, updated.Status));
        Assert.Equal(5m, State.Provider<DuelApi>().Find("A-1")!.Total);
    }

    [Fact]
    public async Task Duel_takes_a_bearer_token_too()
    {
        var reply = await Send(
            "PUT",
            "/duel/v1/orders/A-1",
            Bodies.Duel(),
            ("Authorization", $"Bearer {DuelApi.Token.Default}")
        );

        Assert.Equal(200, reply.Status);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("50%")]
    [InlineData("a b?c#d")]
    [InlineData("größe")]
    public async Task Duel_reads_an_order_id_escaped_in_the_path(string id)
    {
        var reply = await Duel(Bodies.Duel(id));

        Assert.Equal(200, reply.Status);
        Assert.NotNull(State.Provider<DuelApi>().Find(id));
    }

    [Theory]
    [InlineData("promo", "\"ONE\"")]
    [InlineData("promo", "[\"ONE\"]")]
    [InlineData("promo", null)]
    [InlineData("total_gross", "80.50")]
    [InlineData("total_gross", null)]
    [InlineData("email", "\"jane.o'doe+shop@mail.example.co.uk\"")]
    [InlineData("email", "\"jåne@exämple.com\"")]
    [InlineData("new_customer", "\"y\"")]
    [InlineData("instore", "true")]
    [InlineData("total", "0.001")]
    public async Task Duel_takes_every_documented_form(string field, string? json) =>
        Assert.Equal(200, (await Duel(Bodies.Duel().With(field, json))).Status);

    [Fact]
    public async Task Duel_takes_1500_requests_a_minute_and_no_more()
    {
        await Parallel.ForAsync(
            0,
            1500,
            async (i, _) => Assert.Equal(200, (await Duel(Bodies.Duel($"A-{i % 10}"))).Status)
        );
        Time.Advance(TimeSpan.FromSeconds(20));

        var refused = await Duel(Bodies.Duel());
        Time.Advance(TimeSpan.FromSeconds(40));
        var later = await Duel(Bodies.Duel());

        refused.RefusedWith(429, "1500");
        Assert.Equal(TimeSpan.FromSeconds(40), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(200, later.Status);
    }

    [Fact]
    public async Task Duel_accepts_only_the_new_secrets_once_they_are_rotated()
    {
        State.Set(DuelApi.Password, "new-password");
        State.Set(DuelApi.Token, "new-token");

        var old = await Duel(Bodies.Duel());
        var oldToken = await Put($"Bearer {DuelApi.Token.Default}");
        var basic = await Put("Basic " + Convert.ToBase64String("sandbox-duel-user:new-password"u8));
        var bearer = await Put("Bearer new-token");

        Assert.Equal((401, 401, 200, 200), (old.Status, oldToken.Status, basic.Status, bearer.Status));

        Task<Reply> Put(string authorization) =>
            Send("PUT", "/duel/v1/orders/A-1", Bodies.Duel(), ("Authorization", authorization));
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
