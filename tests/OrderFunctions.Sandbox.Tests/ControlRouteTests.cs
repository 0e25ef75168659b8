using System.Text.Json.Nodes;

namespace OrderFunctions.Sandbox.Tests;

public sealed class ControlRouteTests : SandboxTest
{
    [Fact]
    public async Task The_index_says_what_the_server_is_and_lists_its_routes()
    {
        var reply = await Send("GET", "/", null);

        Assert.Equal(200, reply.Status);
        Assert.Equal("OrderFunctions.Sandbox", reply.Json["name"]!.GetValue<string>());
        Assert.Equal(
            ["duel", "avantlink", "retrack", "katalys"],
            reply.Json["providers"]!.AsArray().GetValues<string>()
        );
        var routes = reply.Json["routes"]!.AsArray().Select(route => $"{route!["method"]} {route["path"]}");
        Assert.Contains("PUT /behaviour/{provider}", routes);
        Assert.Empty(State.Received());
    }

    [Fact]
    public async Task Received_requests_are_listed_in_order_of_arrival()
    {
        await Call("duel");
        await Call("katalys");
        await Duel(Bodies.Duel().With("total", null));

        var all = (await Send("GET", "/received", null)).Json.AsArray();
        var duel = (await Send("GET", "/received?provider=duel", null)).Json.AsArray();

        Assert.Equal(["duel", "katalys", "duel"], all.Select(request => request!["provider"]!.GetValue<string>()));
        Assert.Equal([200, 422], duel.Select(request => request!["answer"]!.GetValue<int>()));
        var first = duel[0]!;
        Assert.Equal("PUT", first["method"]!.GetValue<string>());
        Assert.Equal("/duel/v1/orders/A-1", first["path"]!.GetValue<string>());
        Assert.Equal("Basic ***", first["headers"]!["Authorization"]!.GetValue<string>());
        Assert.Equal("2026-03-01T12:00:00+00:00", first["at"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(Bodies.Duel(), first["body"]));
        Assert.Null(first["problem"]);
        Assert.StartsWith("total is required", duel[1]!["problem"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_what_was_received_forgets_everything()
    {
        await Call("duel");
        await Call("avantlink");
        await Call("retrack");
        await Call("katalys");
        State.Misbehave("duel", new() { Status = 500 });

        var reply = await Send("DELETE", "/received", null);

        Assert.Equal(204, reply.Status);
        Assert.Empty(State.Received());
        Assert.Equal(0, State.Count("duel"));
        Assert.Null(State.FindDuelOrder("A-1"));
        Assert.Null(State.FindAvantLinkOrder("A-1"));
        Assert.Null(State.FindRetrackTransaction("A-1"));
        Assert.Empty(State.RetrackTransactions);
        Assert.Null(State.FindKatalysOrder("A-1"));
        Assert.Equal(200, (await Call("duel")).Status);
    }

    [Fact]
    public async Task A_behaviour_is_set_and_taken_back()
    {
        var set = await Put(
            "duel",
            """
            {
              "status": 503, "body": "{}", "headers": { "X-Trace": "7" }, "retryAfterSeconds": 9, "delay": "00:00:00",
              "hang": false, "drop": false, "serveFirst": true, "requestsPerMinute": 100, "times": 5
            }
            """
        );
        var misbehaved = await Call("duel");
        var taken = await Send("DELETE", "/behaviour/duel", null);
        var behaved = await Call("duel");

        Assert.Equal((204, 503, 204, 200), (set.Status, misbehaved.Status, taken.Status, behaved.Status));
        Assert.Equal(TimeSpan.FromSeconds(9), misbehaved.Headers.RetryAfter!.Delta);
        Assert.Equal("7", misbehaved.Headers.GetValues("X-Trace").Single());
        Assert.Equal(2, State.FindDuelOrder("A-1")!.Writes);
    }

    [Fact]
    public async Task A_delay_is_written_as_a_time_span()
    {
        await Put("duel", """{"delay":"00:00:05"}""");

        var call = Call("duel");
        await Time.SomebodyWaits();
        Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(200, (await call).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"status":"503"}""")]
    [InlineData("""{"status":99}""")]
    [InlineData("""{"statsu":503}""")]
    [InlineData("""{"Status":503}""")]
    [InlineData("""{"status":503,"status":504}""")]
    [InlineData("""{"delay":5}""")]
    [InlineData("""{"delay":"soon"}""")]
    [InlineData("""{"headers":{"a":null}}""")]
    [InlineData("""{"headers":{"a":7}}""")]
    [InlineData("""{"body":"\ud800"}""")]
    [InlineData("""{"hang":true,"drop":true}""")]
    public async Task A_bad_behaviour_is_refused_with_a_sentence(string body)
    {
        var reply = await Put("duel", body);

        Assert.Equal(400, reply.Status);
        Assert.NotEmpty(Assert.Single(reply.Problems));
        Assert.Equal(200, (await Call("duel")).Status);
    }

    [Fact]
    public async Task An_unknown_member_of_a_behaviour_is_named() =>
        (await Put("duel", """{"statsu":503}""")).RefusedWith(400, "statsu");

    [Fact]
    public async Task An_oversized_behaviour_is_refused() =>
        (await Put("duel", new string(' ', 2_000_000))).RefusedWith(413, "1048576");

    [Theory]
    [InlineData("GET", "/received?provider=shopify")]
    [InlineData("PUT", "/behaviour/shopify")]
    [InlineData("DELETE", "/behaviour/shopify")]
    [InlineData("GET", "/shopify/orders")]
    public async Task An_unknown_provider_is_answered_with_the_four(string method, string path) =>
        (await Send(method, path, null)).RefusedWith(404, "duel, avantlink, retrack, katalys");

    [Theory]
    [InlineData("POST", "/", "GET")]
    [InlineData("POST", "/received", "GET, DELETE")]
    [InlineData("GET", "/behaviour/duel", "PUT, DELETE")]
    public async Task A_control_route_says_which_methods_it_allows(string method, string path, string allowed)
    {
        var reply = await Send(method, path, null);

        reply.RefusedWith(405, method);
        Assert.Equal(allowed, string.Join(", ", reply.ContentHeaders.Allow));
    }

    [Fact]
    public async Task An_unknown_query_parameter_is_named() =>
        (await Send("GET", "/received?porvider=duel", null)).RefusedWith(400, "porvider");

    private Task<Reply> Put(string provider, string body) =>
        SendText("PUT", $"/behaviour/{provider}", body, "application/json");
}
