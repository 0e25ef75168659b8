using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Sandbox.Tests.Retrack;

public sealed class RetrackTests : SandboxTest
{
    [Fact]
    public async Task Retrack_answers_a_creation_with_the_document_s_example()
    {
        var reply = await Retrack(Bodies.Retrack());

        Assert.Equal(200, reply.Status);
        var data = reply.Json["data"]!.AsObject();
        Assert.Equal(
            "uuid order_number order_sum vat_sum commission currency vouchers created_at click publisher advertiser "
                + "program event status products",
            Names(data)
        );
        Assert.Equal(
            "uuid ref ref2 ref3 deeplink ip_address browser referer country created_at".Split(' ').Order(),
            Names(data["click"]!).Split(' ').Order()
        );
        Assert.Equal("uuid name created_at", Names(data["publisher"]!));
        Assert.Equal("uuid name created_at", Names(data["advertiser"]!));
        Assert.Equal("uuid title created_at", Names(data["program"]!));
        Assert.Equal("uuid title commission created_at", Names(data["event"]!));
        Assert.Equal("name reason created_at", Names(data["status"]!));
        Assert.Equal("reference name price vat created_at", Names(data["products"]![0]!));
        Assert.Equal("test1234", data["order_number"]!.GetValue<string>());
        Assert.Equal((10100, 2000), (data["order_sum"]!.GetValue<int>(), data["vat_sum"]!.GetValue<int>()));
        Assert.Equal("2026-03-01 12:00:00", data["created_at"]!.GetValue<string>());
        Assert.Equal(Bodies.Click, data["click"]!["uuid"]!.GetValue<string>());
        Assert.Equal("203.0.113.7", data["click"]!["ip_address"]!.GetValue<string>());
        Assert.Equal("20.00", data["event"]!["commission"]!.GetValue<string>());
        Assert.Equal("pending", data["status"]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Retrack_keeps_a_transaction()
    {
        await Retrack(Bodies.Retrack());

        var saved = Assert.Single(State.Provider<RetrackApi>().Transactions);
        Assert.Equal(saved, State.Provider<RetrackApi>().Find("test1234"));
        Assert.Equal((10100L, 2000L, 0L, "SEK"), (saved.OrderSum, saved.VatSum, saved.DiscountSum, saved.Currency));
        Assert.Equal(
            new RetrackProduct(new Guid(Bodies.Event), "testabc123", 1, "Testprodukt", 10100, 2000),
            Assert.Single(saved.Products)
        );
    }

    [Theory]
    [InlineData("products", null)]
    [InlineData("products.0.event", null)]
    [InlineData("products.0.event", "\"7649bf56-4345-46e4-8c77-04bbd2f3bcd3\"")]
    [InlineData("discountSum", "0")]
    public async Task Retrack_takes_every_documented_form(string field, string? json) =>
        Assert.Equal(200, (await Retrack(Bodies.Retrack().With(field, json))).Status);

    [Fact]
    public async Task Retrack_takes_quantities_and_a_general_discount_into_its_sum()
    {
        var body = Bodies
            .Retrack()
            .With("products.0.quantity", "2")
            .With("products.0.price", "6000")
            .With("products.0.vat", "1000")
            .With("discountSum", "1900");

        Assert.Equal(200, (await Retrack(body)).Status);
    }

    [Fact]
    public async Task Retrack_takes_an_order_of_which_no_product_is_left()
    {
        var body = Bodies.Retrack().With("orderSum", "0").With("products", "[]");

        Assert.Equal(200, (await Retrack(body)).Status);
    }

    [Fact]
    public async Task Retrack_updates_a_transaction_by_a_complete_body()
    {
        var uuid = await CreateAsync();

        var reply = await Retrack(
            Bodies.Retrack().With("orderSum", "50").With("vatSum", "5").With("products", null),
            uuid
        );

        Assert.Equal(200, reply.Status);
        Assert.Equal(50, reply.Json["data"]!["order_sum"]!.GetValue<int>());
        var saved = State.Provider<RetrackApi>().Find("test1234")!;
        Assert.Equal((50L, 5L, "pending", 2), (saved.OrderSum, saved.VatSum, saved.Status, saved.Writes));
    }

    [Fact]
    public async Task Retrack_rejects_a_transaction_as_often_as_asked()
    {
        var uuid = await CreateAsync();
        Time.Advance(TimeSpan.FromHours(1));

        var first = await Retrack(new JsonObject { ["status"] = "rejected" }, uuid);
        Time.Advance(TimeSpan.FromHours(1));
        var second = await Retrack(new JsonObject { ["status"] = "rejected" }, uuid);

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal("rejected", second.Json["data"]!["status"]!["name"]!.GetValue<string>());
        Assert.Equal("2026-03-01 13:00:00", second.Json["data"]!["status"]!["created_at"]!.GetValue<string>());
        Assert.Equal("rejected", State.Provider<RetrackApi>().Find("test1234")!.Status);
    }

    [Fact]
    public async Task Retrack_finds_a_transaction_by_its_order_number_as_one_object()
    {
        var created = await Retrack(Bodies.Retrack("größe 1/2"));

        var found = await FindRetrack("größe 1/2");

        Assert.Equal(200, found.Status);
        Assert.True(JsonNode.DeepEquals(created.Json, found.Json));
    }

    [Fact]
    public async Task Retrack_accepts_only_the_new_token_once_it_is_rotated()
    {
        State.Set(RetrackApi.Token, "new");

        var old = await Retrack(Bodies.Retrack());
        var rotated = await Send("POST", RetrackPath, Bodies.Retrack(), ("Authorization", "bearer new"));

        Assert.Equal((401, 200), (old.Status, rotated.Status));
    }

    private async Task<string> CreateAsync() =>
        (await Retrack(Bodies.Retrack())).Json["data"]!["uuid"]!.GetValue<string>();

    private static string Names(JsonNode node) => string.Join(' ', node.AsObject().Select(member => member.Key));
}
