using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Retrack;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

/// <summary>POST /api/orders/batch?again=...: where a platform has lost orders, it is told anew though the ledger says told.</summary>
public sealed class ToldAgainTests : RigTest
{
    [Theory]
    [InlineData("duel")]
    [InlineData("katalys")]
    [InlineData("retrack")]
    public async Task A_platform_that_has_lost_an_order_is_told_it_anew_and_the_others_are_not(string provider)
    {
        await AskAsync("");
        Rig.Sandbox.State.Clear();

        await AskAsync($"?again={provider}&by=kim");

        Assert.Equal([provider], Rig.Sandbox.State.Received().Select(call => call.Provider).Distinct());
        Assert.True(Rig.Sandbox.State.Provider(provider).HasOrder("1001"));
        var entry = await Rig.EntryAsync(provider);
        Assert.Equal(DeliveryState.Delivered, entry.State);
        Assert.Equal(new AskedAgainRecord(Rig.Time.GetUtcNow(), "kim"), entry.AskedAgain);
        Assert.Null((await Rig.EntryAsync(provider == "duel" ? "katalys" : "duel")).AskedAgain);
    }

    [Fact]
    public async Task The_order_s_answer_says_who_asked_and_when()
    {
        await AskAsync("");
        await AskAsync("?again=Duel&by=kim");

        var context = new DefaultHttpContext { RequestServices = Rig.Services };
        context.Response.Body = new MemoryStream();
        await (await Rig.Orders.FindAsync(context.Request, ["1001"], default)).ExecuteAsync(context);
        var answer = JsonNode.Parse(((MemoryStream)context.Response.Body).ToArray())!;
        var duel = answer["deliveries"]!.AsArray().Single(delivery => (string?)delivery!["provider"] == "duel")!;

        Assert.Equal("kim", (string?)duel["askedAgain"]!["by"]);
        Assert.Equal(Rig.Time.GetUtcNow(), (DateTimeOffset)duel["askedAgain"]!["at"]!);
    }

    [Fact]
    public async Task Retrack_is_looked_up_first_and_gets_no_second_transaction()
    {
        await AskAsync("");

        await AskAsync("?again=retrack");

        Assert.Equal(["POST", "GET", "POST"], Rig.Calls("retrack").Select(call => call.Split(' ')[0]));
        Assert.Single(Rig.Sandbox.State.Provider<RetrackApi>().Transactions);
    }

    [Fact]
    public async Task AvantLink_is_left_out_unless_it_is_forced()
    {
        await AskAsync("");

        await AskAsync("?again=avantlink");
        Assert.Single(Rig.Calls("avantlink"));
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("avantlink")).State);
        Assert.Contains("takes an order once", $"{Rig.Log}", StringComparison.Ordinal);

        await Rig.AdvanceAsync(TimeSpan.FromSeconds(1));
        await AskAsync("?again=avantlink&force=true");
        Assert.Equal(2, Rig.Calls("avantlink").Count);
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("avantlink")).State);
    }

    [Fact]
    public async Task What_is_superseded_is_not_told_anew()
    {
        var older = Samples.Json();
        await AskAsync("", older);
        await AskAsync(
            "",
            Samples.Json(json =>
            {
                json["occurredAt"] = Rig.Time.GetUtcNow();
                json["order"]!["total"] = 120;
            })
        );
        var before = Rig.Calls("duel").Count;

        await AskAsync("?again=duel", older);

        Assert.Equal(before, Rig.Calls("duel").Count);
        Assert.Contains("superseded by a newer event", $"{Rig.Log}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_ask_sent_twice_tells_once_and_another_tells_again()
    {
        await AskAsync("");
        var at = Rig.Time.GetUtcNow();
        await AskAsync($"?again=duel&askedAt={at:yyyy-MM-ddTHH:mm:ssZ}");
        await Rig.AdvanceAsync(OrderFunctions.Bus.Entities.DuplicateWindow);
        await AskAsync($"?again=duel&askedAt={at:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal(2, Rig.Calls("duel").Count);

        await Rig.AdvanceAsync(TimeSpan.FromSeconds(1));
        await AskAsync("?again=duel");
        Assert.Equal(3, Rig.Calls("duel").Count);
    }

    [Fact]
    public async Task What_can_t_be_told_anew_is_retried_and_parked_as_anything_and_goes_when_it_is_sent_back()
    {
        await AskAsync("");
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 400, Times = 1 });

        await AskAsync("?again=duel");
        Assert.Equal(DeliveryState.Parked, (await Rig.EntryAsync("duel")).State);

        await Rig.Bus.ReplayAsync(new(), 10, default);
        await Rig.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(DeliveryState.Delivered, (await Rig.EntryAsync("duel")).State);
        Assert.Equal(3, Rig.Calls("duel").Count);
    }

    [Theory]
    [InlineData("?again=duell", "again")]
    [InlineData("?again=", "again")]
    [InlineData("?again=duel&force=maybe", "force")]
    [InlineData("?force=true", "force")]
    [InlineData("?by=kim", "by")]
    [InlineData("?again=duel&by=a%00b", "by")]
    [InlineData("?again=duel&askedAt=yesterday", "askedAt")]
    [InlineData("?again=duel&askedAt=2099-01-01T00:00:00Z", "askedAt")]
    public async Task A_query_that_is_wrong_is_told_and_nothing_is_taken(string query, string parameter)
    {
        var (status, answer) = await PostAsync(query, Samples.Json());

        Assert.Equal(400, status);
        Assert.NotNull(answer["errors"]![parameter]);
        Assert.Empty(Rig.Bus.BusyQueues);
    }

    private async Task AskAsync(string query, JsonObject? order = null)
    {
        var (status, answer) = await PostAsync(query, order ?? Samples.Json());
        Assert.True(status == 202, $"{status}: {answer}");
        await Rig.DrainAsync();
    }

    private async Task<(int Status, JsonNode Answer)> PostAsync(string query, JsonObject order)
    {
        var body = Encoding.UTF8.GetBytes($"[{order.ToJsonString()}]");
        var context = new DefaultHttpContext { RequestServices = Rig.Services };
        context.Request.Method = "POST";
        context.Request.QueryString = new QueryString(query);
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = body.Length;
        context.Request.Body = new MemoryStream(body);
        context.Response.Body = new MemoryStream();
        await (await Rig.Orders.SubmitBatchAsync(context.Request, default)).ExecuteAsync(context);
        return (context.Response.StatusCode, JsonNode.Parse(((MemoryStream)context.Response.Body).ToArray())!);
    }
}
