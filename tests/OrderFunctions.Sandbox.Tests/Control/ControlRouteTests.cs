using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.AvantLink;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Sandbox.Tests.Control;

public sealed class ControlRouteTests : SandboxTest
{
    private static readonly (string, string) AsJson = ("Accept", "application/json");

    [Fact]
    public async Task The_index_is_text_that_says_what_can_be_done_by_commands_to_copy()
    {
        var reply = await Send("GET", "/", null);

        Assert.Equal((200, "text/plain"), (reply.Status, reply.ContentHeaders.ContentType?.MediaType));
        Assert.Contains($"curl {Server.Url}received", reply.Text, StringComparison.Ordinal);
        Assert.Contains($"curl -X PUT {Server.Url}behaviour/duel", reply.Text, StringComparison.Ordinal);
        Assert.Contains("POST /katalys/v2/_tr_offline", reply.Text, StringComparison.Ordinal);
        Assert.Empty(State.Received());
    }

    [Fact]
    public async Task Every_fault_that_the_index_shows_is_taken_and_no_member_is_left_out()
    {
        var index = (await Send("GET", "/", null)).Text;
        var examples = index.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith('{')).ToList();

        foreach (var example in examples)
        {
            var body = example.Split("  ")[0];
            Assert.True((await Put("duel", body)).Status == 204, body);
        }

        var members = typeof(Fault)
            .GetProperties()
            .Select(p => $"\"{JsonNamingPolicy.CamelCase.ConvertName(p.Name)}\"");
        Assert.All(members, member => Assert.Contains(member, index, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Received_requests_are_a_text_with_what_each_provider_got_newest_last()
    {
        Assert.Equal("Nothing was received yet.\n", (await Send("GET", "/received", null)).Text);
        await Call("duel");
        await Duel(Bodies.Duel().With("total", null));

        var reply = await Send("GET", "/received?provider=duel", null);

        Assert.Equal((200, "text/plain"), (reply.Status, reply.ContentHeaders.ContentType?.MediaType));
        Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
        var lines = reply.Text.Split('\n');
        Assert.Equal("2026-03-01 12:00:00Z  duel  PUT /duel/v1/orders/A-1  answered 200", lines[0]);
        Assert.Equal($"    {Bodies.Duel().ToJsonString()}", lines[1]);
        Assert.StartsWith(
            "2026-03-01 12:00:00Z  duel  PUT /duel/v1/orders/A-1  answered 422: total is required",
            lines[2],
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "duel",
            (await Send("GET", "/received?provider=katalys", null)).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Of_many_requests_the_text_shows_the_newest()
    {
        for (var i = 0; i < 201; i++)
        {
            await Call("katalys", $"A-{i}");
        }

        var text = (await Send("GET", "/received", null)).Text;

        Assert.StartsWith("The newest 200 of 201", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"A-0\"", text, StringComparison.Ordinal);
        Assert.Contains("\"A-1\"", text, StringComparison.Ordinal);
        Assert.Contains("\"A-200\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Received_requests_are_listed_as_JSON_where_the_caller_asks_for_it()
    {
        await Call("duel");
        await Call("katalys");
        await Duel(Bodies.Duel().With("total", null));

        var all = (await Send("GET", "/received", null, AsJson)).Json.AsArray();
        var duel = (await Send("GET", "/received?provider=duel", null, AsJson)).Json.AsArray();

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
        State.InjectFault("duel", new() { Status = 500 });

        var reply = await Send("DELETE", "/received", null);

        Assert.Equal(204, reply.Status);
        Assert.Empty(State.Received());
        Assert.Equal(0, State.Count("duel"));
        Assert.Null(State.Provider<DuelApi>().Find("A-1"));
        Assert.Null(State.Provider<AvantLinkApi>().Find("A-1"));
        Assert.Null(State.Provider<RetrackApi>().Find("A-1"));
        Assert.Empty(State.Provider<RetrackApi>().Transactions);
        Assert.Null(State.Provider<KatalysApi>().Find("A-1"));
        Assert.Equal(200, (await Call("duel")).Status);
    }

    [Fact]
    public async Task A_fault_is_set_and_taken_back()
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
        var faulty = await Call("duel");
        var taken = await Send("DELETE", "/behaviour/duel", null);
        var normal = await Call("duel");

        Assert.Equal((204, 503, 204, 200), (set.Status, faulty.Status, taken.Status, normal.Status));
        Assert.Equal(TimeSpan.FromSeconds(9), faulty.Headers.RetryAfter!.Delta);
        Assert.Equal("7", faulty.Headers.GetValues("X-Trace").Single());
        Assert.Equal(2, State.Provider<DuelApi>().Find("A-1")!.Writes);
    }

    [Fact]
    public async Task A_delay_is_written_as_a_time_span()
    {
        await Put("duel", """{"delay":"00:00:05"}""");

        var call = Call("duel");
        await Time.SomebodyWaitsAsync();
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
    public async Task A_bad_fault_is_refused_with_a_sentence(string body)
    {
        var reply = await Put("duel", body);

        Assert.Equal(400, reply.Status);
        Assert.NotEmpty(Assert.Single(reply.Problems));
        Assert.Equal(200, (await Call("duel")).Status);
    }

    [Fact]
    public async Task An_unknown_member_of_a_fault_is_named() =>
        (await Put("duel", """{"statsu":503}""")).RefusedWith(400, "statsu");

    [Fact]
    public async Task An_oversized_fault_is_refused() =>
        (await Put("duel", new string(' ', 2_000_000))).RefusedWith(413, "1048576");

    [Theory]
    [InlineData("GET", "/received?provider=shopify")]
    [InlineData("PUT", "/behaviour/shopify")]
    [InlineData("DELETE", "/behaviour/shopify")]
    [InlineData("GET", "/shopify/orders")]
    public async Task An_unknown_provider_is_answered_with_those_that_there_are(string method, string path) =>
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
