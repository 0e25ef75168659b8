using OrderFunctions.Sandbox.AvantLink;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.Sandbox.Retrack;

namespace OrderFunctions.Sandbox.Tests.Faults;

public sealed class FaultTests : SandboxTest
{
    public static TheoryData<string> Providers => ["duel", "avantlink", "retrack", "katalys"];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_provider_answers_a_status_instead_of_handling_the_request(string provider)
    {
        State.InjectFault(provider, new() { Status = 503, RetryAfterSeconds = 120 });

        var reply = await Call(provider);

        Assert.Equal((503, ""), (reply.Status, reply.Text));
        Assert.Equal(TimeSpan.FromMinutes(2), reply.Headers.RetryAfter!.Delta);
        Assert.False(Has(provider));
        Assert.Equal(
            (503, null),
            (State.Received(provider).Single().StatusCode, State.Received(provider).Single().Problem)
        );
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_provider_that_serves_first_has_the_order_all_the_same(string provider)
    {
        State.InjectFault(provider, new() { Status = 500, ServeFirst = true });

        var reply = await Call(provider);

        Assert.Equal(500, reply.Status);
        Assert.True(Has(provider));
    }

    [Theory]
    [InlineData("{\"success\": false}", "application/json")]
    [InlineData("<html>Log in</html>", "text/plain")]
    public async Task A_body_alone_is_answered_as_a_success(string body, string type)
    {
        State.InjectFault("avantlink", new() { Body = body });

        var reply = await Call("avantlink");

        Assert.Equal((200, body), (reply.Status, reply.Text));
        Assert.Equal(type, reply.ContentHeaders.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_redirect_is_a_status_with_a_header()
    {
        State.InjectFault(
            "retrack",
            new()
            {
                Status = 302,
                Headers = new Dictionary<string, string> { ["Location"] = "https://login.example/" },
            }
        );

        var reply = await Call("retrack");

        Assert.Equal((302, "https://login.example/"), (reply.Status, reply.Headers.Location!.ToString()));
    }

    [Fact]
    public async Task Headers_alone_are_added_to_the_provider_s_own_answer()
    {
        State.InjectFault(
            "duel",
            new()
            {
                Headers = new Dictionary<string, string> { ["Content-Type"] = "text/html", ["X-Trace"] = "7" },
            }
        );

        var reply = await Call("duel");

        Assert.Equal((200, "7"), (reply.Status, reply.Headers.GetValues("X-Trace").Single()));
        Assert.Equal("text/html", reply.ContentHeaders.ContentType!.MediaType);
        Assert.True(Has("duel"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(300_000)]
    public async Task An_answer_has_as_many_bytes_as_wanted(int size)
    {
        State.InjectFault("katalys", new() { BodyBytes = size });

        var reply = await Call("katalys");

        Assert.Equal((200, size), (reply.Status, reply.Text.Length));
        Assert.Equal(size, reply.ContentHeaders.ContentLength);
    }

    [Fact]
    public async Task A_body_is_written_in_the_charset_that_its_type_names()
    {
        var headers = new Dictionary<string, string> { ["Content-Type"] = "text/plain; charset=iso-8859-1" };
        State.InjectFault("katalys", new() { Body = "Malmö", Headers = headers });

        Assert.Equal(5, (await Call("katalys")).ContentHeaders.ContentLength);
    }

    [Fact]
    public async Task A_delay_is_measured_on_the_given_clock()
    {
        State.InjectFault("duel", new() { Delay = TimeSpan.FromMinutes(10) });

        var call = Call("duel");
        await Time.SomebodyWaitsAsync();
        Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Null(State.Received("duel").Single().StatusCode);
        Assert.False(Has("duel"));
        Time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(200, (await call).Status);
        Assert.Equal(200, State.Received("duel").Single().StatusCode);
    }

    [Fact]
    public async Task A_dropped_connection_has_no_answer()
    {
        State.InjectFault("duel", new() { Drop = true });

        await Assert.ThrowsAsync<HttpRequestException>(() => Call("duel"));

        Assert.Null(State.Received("duel").Single().StatusCode);
        Assert.False(Has("duel"));
    }

    [Fact]
    public async Task A_connection_dropped_after_serving_leaves_the_order_with_the_provider()
    {
        State.InjectFault("retrack", new() { Drop = true, ServeFirst = true });

        await Assert.ThrowsAsync<HttpRequestException>(() => Call("retrack"));

        Assert.True(Has("retrack"));
        Assert.Null(State.Received("retrack").Single().StatusCode);
    }

    [Fact]
    public async Task A_hanging_call_is_listed_before_it_is_given_up()
    {
        State.InjectFault("avantlink", new() { Hang = true });
        using var patience = new CancellationTokenSource();
        using var request = Request("POST", AvantLinkPath, "{}", "application/json");

        var call = Http.SendAsync(request, patience.Token);
        await State.WaitForAsync("avantlink", 1);
        Assert.False(call.IsCompleted);
        Assert.Null(State.Received("avantlink").Single().StatusCode);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Null(State.Received("avantlink").Single().StatusCode);
    }

    [Fact]
    public async Task Above_its_rate_a_provider_answers_429_until_the_minute_has_passed()
    {
        State.InjectFault("katalys", new() { RequestsPerMinute = 2 });

        var first = await Call("katalys");
        Time.Advance(TimeSpan.FromSeconds(15));
        var second = await Call("katalys");
        var third = await Call("katalys");
        Time.Advance(TimeSpan.FromSeconds(45));
        var fourth = await Call("katalys");
        var fifth = await Call("katalys");

        Assert.Equal(
            (204, 204, 429, 204, 429),
            (first.Status, second.Status, third.Status, fourth.Status, fifth.Status)
        );
        third.RefusedWith(429, "More than 2 requests in a minute.");
        Assert.Equal(TimeSpan.FromSeconds(45), third.Headers.RetryAfter!.Delta);
        Assert.Equal(TimeSpan.FromSeconds(15), fifth.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task A_rate_of_zero_lets_nothing_pass_and_may_name_its_own_wait()
    {
        State.InjectFault("duel", new() { RequestsPerMinute = 0, RetryAfterSeconds = 7 });

        var reply = await Call("duel");

        Assert.Equal((429, TimeSpan.FromSeconds(7)), (reply.Status, reply.Headers.RetryAfter!.Delta));
    }

    [Fact]
    public async Task A_fault_for_some_times_ends_by_itself()
    {
        State.InjectFault("duel", new() { Status = 500, Times = 2 });

        var statuses = new[] { await Call("duel"), await Call("duel"), await Call("duel") };

        Assert.Equal([500, 500, 200], statuses.Select(reply => reply.Status));
    }

    [Fact]
    public async Task Times_are_counted_exactly_under_parallel_calls()
    {
        State.InjectFault("katalys", new() { Status = 500, Times = 10 });

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Call("katalys", $"K-{i}")));

        Assert.Equal(10, replies.Count(reply => reply.Status == 500));
    }

    [Fact]
    public async Task A_provider_without_its_fault_is_as_before()
    {
        State.InjectFault("DUEL", new() { Status = 500 });
        State.ClearFault("Duel");

        Assert.Equal(200, (await Call("duel")).Status);
    }

    [Fact]
    public async Task One_provider_s_fault_is_not_another_s()
    {
        State.InjectFault("duel", new() { Status = 500 });

        Assert.Equal(200, (await Call("retrack")).Status);
    }

    [Fact]
    public async Task A_refusal_before_a_fault_is_listed_with_its_problem()
    {
        State.InjectFault("duel", new() { Status = 500, ServeFirst = true });

        await Duel(Bodies.Duel().With("total", null));

        var received = State.Received("duel").Single();
        Assert.Equal((500, "total is required: a number of at least 0."), (received.StatusCode, received.Problem));
    }

    [Fact]
    public void An_impossible_fault_is_refused()
    {
        Refused(new() { Status = 100 }, "status");
        Refused(new() { Status = 600 }, "status");
        Refused(new() { Status = 204, Body = "{}" }, "204");
        Refused(new() { RetryAfterSeconds = -1 }, "retryAfterSeconds");
        Refused(new() { Delay = TimeSpan.FromTicks(-1) }, "delay");
        Refused(new() { Delay = TimeSpan.FromDays(2) }, "delay");
        Refused(new() { RequestsPerMinute = -1 }, "requestsPerMinute");
        Refused(new() { BodyBytes = -1 }, "bodyBytes");
        Refused(new() { BodyBytes = 1, Body = "a" }, "contradict");
        Refused(new() { Hang = true, Drop = true }, "contradict");
        Refused(new() { Times = 0 }, "times");
        Refused(new() { Headers = new Dictionary<string, string> { ["Content-Length"] = "7" } }, "Content-Length");
        Refused(new() { Headers = new Dictionary<string, string> { ["a b"] = "7" } }, "a b");
        Refused(new() { Headers = new Dictionary<string, string> { ["a"] = "x\r\nb: y" } }, "printable");
        Refused(new() { Headers = new Dictionary<string, string> { ["content-type"] = "a/b; charset=x" } }, "charset");

        void Refused(Fault fault, string mention) =>
            Assert.Contains(
                mention,
                Assert.Throws<ArgumentException>(() => State.InjectFault("duel", fault)).Message,
                StringComparison.Ordinal
            );
    }

    private bool Has(string provider) =>
        provider switch
        {
            "duel" => State.Provider<DuelApi>().Find("A-1") is not null,
            "avantlink" => State.Provider<AvantLinkApi>().Find("A-1") is not null,
            "retrack" => State.Provider<RetrackApi>().Find("A-1") is not null,
            _ => State.Provider<KatalysApi>().Find("A-1") is not null,
        };
}
