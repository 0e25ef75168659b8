using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Sandbox.Tests.Retrack;

public sealed class RetrackRefusalTests : SandboxTest
{
    [Theory]
    [InlineData("event", null, "event is required")]
    [InlineData("event", "\"sale\"", "event must be")]
    [InlineData("event", "\"7649bf56-4345-46e4-8c77-04bbd2f3bcd3\"", "event must be an event of the program")]
    [InlineData("click", null, "click is required")]
    [InlineData("click", "\"\"", "click must be")]
    [InlineData("click", "\"{59d08c54-18e6-4e0d-9c06-d18be3510e43}\"", "click must be")]
    [InlineData("orderNumber", null, "orderNumber is required")]
    [InlineData("orderNumber", "1234", "orderNumber must be")]
    [InlineData("orderSum", null, "orderSum is required")]
    [InlineData("orderSum", "101.00", "orderSum must be")]
    [InlineData("orderSum", "10100.0", "orderSum must be")]
    [InlineData("orderSum", "1e4", "orderSum must be")]
    [InlineData("orderSum", "\"10100\"", "orderSum must be")]
    [InlineData("orderSum", "-1", "orderSum must be")]
    [InlineData("vatSum", null, "vatSum is required")]
    [InlineData("vatSum", "-1", "vatSum must be")]
    [InlineData("discountSum", "-1", "discountSum must be")]
    [InlineData("discountSum", "null", "discountSum must be")]
    [InlineData("currency", null, "currency is required")]
    [InlineData("currency", "\"kr\"", "currency must be")]
    [InlineData("products", "{}", "products must be")]
    [InlineData("products", "null", "products must be")]
    [InlineData("products.0", "\"a\"", "products[0] must be")]
    [InlineData("products.0.event", "7", "products[0].event must be")]
    [InlineData("products.0.reference", null, "products[0].reference is required")]
    [InlineData("products.0.quantity", "0", "products[0].quantity must be")]
    [InlineData("products.0.quantity", "1.5", "products[0].quantity must be")]
    [InlineData("products.0.name", null, "products[0].name is required")]
    [InlineData("products.0.price", "\"10100\"", "products[0].price must be")]
    [InlineData("products.0.price", "-10100", "products[0].price must be")]
    [InlineData("products.0.vat", "-2000", "products[0].vat must be")]
    [InlineData("products.0.vat", null, "products[0].vat is required")]
    [InlineData("products.0.sku", "\"a\"", "products[0].sku is not a documented field")]
    [InlineData("vouchers", "[]", "vouchers is not a documented field")]
    [InlineData("order_number", "\"1\"", "order_number is not a documented field")]
    [InlineData("status", "\"pending\"", "status is not a documented field")]
    public async Task Retrack_refuses_a_field_that_is_not_as_documented(string field, string? json, string mention)
    {
        var reply = await Retrack(Bodies.Retrack().With(field, json));

        reply.RefusedWith(422, mention);
        Assert.Empty(State.Provider<RetrackApi>().Transactions);
    }

    [Theory]
    [InlineData("orderSum", "10099", "10100", "10099")]
    [InlineData("discountSum", "100", "10000", "10100")]
    [InlineData("products.0.quantity", "2", "20200", "10100")]
    [InlineData("products.0.price", "9223372036854775807", "9223372036854775807", "10100")]
    [InlineData("products", "[]", "the products come to 0", "10100")]
    public async Task Retrack_refuses_sums_that_do_not_balance(string field, string json, string products, string order)
    {
        var reply = await Retrack(Bodies.Retrack().With(field, json));

        reply.RefusedWith(422, "unbalanced sums");
        reply.RefusedWith(422, products);
        reply.RefusedWith(422, order);
    }

    [Theory]
    [InlineData("vatSum", "1999", "2000", "1999")]
    [InlineData("products.0.vat", "1999", "1999", "2000")]
    [InlineData("products.0.vat", "0", "comes to 0", "2000")]
    [InlineData("products.0.quantity", "2", "4000", "2000")]
    public async Task Retrack_refuses_VAT_that_does_not_balance(
        string field,
        string json,
        string products,
        string order
    )
    {
        var reply = await Retrack(Bodies.Retrack().With(field, json));

        reply.RefusedWith(422, "unbalanced VAT");
        reply.RefusedWith(422, $"{products}, but vatSum is {order}");
    }

    [Fact]
    public async Task Retrack_refuses_an_update_that_does_not_balance()
    {
        var uuid = await CreateAsync();

        var reply = await Retrack(Bodies.Retrack().With("orderSum", "50").With("vatSum", "10"), uuid);

        reply.RefusedWith(422, "unbalanced sums");
        reply.RefusedWith(422, "unbalanced VAT");
        Assert.Equal(10100, State.Provider<RetrackApi>().Find("test1234")!.OrderSum);
    }

    [Fact]
    public async Task Retrack_names_everything_that_is_wrong()
    {
        var reply = await Retrack(
            Bodies.Retrack().With("currency", null).With("products.0.name", null).With("orderSum", "1").With("a", "1")
        );

        Assert.Equal(4, reply.Problems.Count);
        reply.RefusedWith(422, "unbalanced sums");
    }

    [Fact]
    public async Task Retrack_does_not_weigh_sums_that_it_could_not_read()
    {
        var reply = await Retrack(Bodies.Retrack().With("discountSum", "\"1\"").With("products.0.price", "null"));

        Assert.DoesNotContain(reply.Problems, problem => problem.Contains("unbalanced", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("products", "{}")]
    [InlineData("products.0", "7")]
    [InlineData("products.0.quantity", "0")]
    public async Task Retrack_does_not_weigh_products_that_it_could_not_read(string field, string json) =>
        Assert.Single((await Retrack(Bodies.Retrack().With(field, json))).Problems);

    [Theory]
    [InlineData(null)]
    [InlineData("sandbox-retrack-token")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic sandbox-retrack-token")]
    public async Task Retrack_refuses_a_caller_without_the_token(string? authorization)
    {
        (string, string)[] headers = authorization is null ? [] : [("Authorization", authorization)];

        var create = await Send("POST", RetrackPath, Bodies.Retrack(), headers);
        var update = await Send("POST", $"{RetrackPath}/{Bodies.Click}", Bodies.Retrack(), headers);
        var find = await Send("GET", $"{RetrackPath}?byOrderNumber=1", null, headers);

        Assert.Equal((401, 401, 401), (create.Status, update.Status, find.Status));
        Assert.Equal("Bearer", create.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Retrack_makes_no_second_transaction_for_an_order_number()
    {
        await Retrack(Bodies.Retrack());

        var repeat = await Retrack(Bodies.Retrack());

        repeat.RefusedWith(409, "test1234");
        Assert.Equal(1, Assert.Single(State.Provider<RetrackApi>().Transactions).RefusedRepeats);
    }

    [Theory]
    [InlineData("""{"status":"approved"}""", "status must be \"rejected\"")]
    [InlineData("""{"status":null}""", "status must be \"rejected\"")]
    [InlineData("""{"status":"rejected","reason":"fraud"}""", "reason must not be sent")]
    [InlineData("""{}""", "orderNumber is required")]
    [InlineData("""{"orderSum":5}""", "click is required")]
    public async Task Retrack_refuses_an_update_that_is_neither_complete_nor_a_rejection(string body, string mention)
    {
        var uuid = await CreateAsync();

        var reply = await Retrack(JsonNode.Parse(body)!.AsObject(), uuid);

        reply.RefusedWith(422, mention);
        Assert.Equal(
            ("pending", 1),
            (State.Provider<RetrackApi>().Transactions[0].Status, State.Provider<RetrackApi>().Transactions[0].Writes)
        );
    }

    [Fact]
    public async Task Retrack_refuses_to_move_a_transaction_to_another_order() =>
        (await Retrack(Bodies.Retrack("other"), await CreateAsync())).RefusedWith(422, "orderNumber");

    [Fact]
    public async Task Retrack_refuses_every_update_of_an_approved_transaction()
    {
        var uuid = await CreateAsync();
        State.Provider<RetrackApi>().Approve("test1234");

        var rejection = await Retrack(new JsonObject { ["status"] = "rejected" }, uuid);
        var change = await Retrack(Bodies.Retrack(), uuid);
        var found = await FindRetrack("test1234");

        rejection.RefusedWith(422, "already approved");
        change.RefusedWith(422, "already approved");
        Assert.Equal("approved", found.Json["data"]!["status"]!["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("59d08c54-18e6-4e0d-9c06-d18be3510e43")]
    [InlineData("test1234")]
    public async Task Retrack_does_not_update_what_it_does_not_know(string uuid) =>
        (await Retrack(Bodies.Retrack(), uuid)).RefusedWith(404, uuid);

    [Fact]
    public async Task Retrack_finds_nothing_by_an_unknown_order_number()
    {
        var reply = await FindRetrack("nothing");

        reply.RefusedWith(404, "nothing");
        Assert.NotNull(reply.Json["message"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?byOrderNumber=")]
    [InlineData("?byOrderNumber=1&byOrderNumber=2")]
    [InlineData("?byOrderNumber=1&page=2")]
    [InlineData("?orderNumber=1")]
    public async Task Retrack_finds_by_order_number_only(string query) =>
        (await Send("GET", RetrackPath + query, null, ("Authorization", RetrackBearer))).RefusedWith(
            400,
            "byOrderNumber"
        );

    [Fact]
    public async Task Retrack_can_only_approve_what_it_knows()
    {
        await Retrack(Bodies.Retrack());

        Assert.Throws<KeyNotFoundException>(() => State.Provider<RetrackApi>().Approve("other"));
    }

    [Theory]
    [InlineData("PUT", "", "GET, POST")]
    [InlineData("GET", "/59d08c54-18e6-4e0d-9c06-d18be3510e43", "POST")]
    public async Task Retrack_says_which_methods_it_allows(string method, string path, string allowed)
    {
        var reply = await Send(method, RetrackPath + path, null, ("Authorization", RetrackBearer));

        reply.RefusedWith(405, method);
        Assert.Equal(allowed, string.Join(", ", reply.ContentHeaders.Allow));
    }

    private async Task<string> CreateAsync() =>
        (await Retrack(Bodies.Retrack())).Json["data"]!["uuid"]!.GetValue<string>();
}
