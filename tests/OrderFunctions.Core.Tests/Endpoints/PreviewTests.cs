using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>The preview says what would become of an event now, by the same rules as a delivery.</summary>
public sealed class PreviewTests : RigTest
{
    [Fact]
    public async Task What_is_remembered_is_shown_as_it_would_be_told_and_what_is_missing_is_named()
    {
        await Rig.TellAsync("duel", json => json["order"]!["status"] = "pending");

        var (status, answer) = await PreviewAsync(json =>
        {
            json["occurredAt"] = "2026-11-21T12:00:00Z";
            json["order"]!["total"] = 126;
            json["order"]!.AsObject().Remove("customer");
            json.Remove("attribution");
            json.Remove("providers");
        });

        Assert.Equal(200, status);
        Assert.Equal(
            "alex@example.com",
            Of("duel").GetProperty("request").GetProperty("body").GetProperty("email").GetString()
        );
        Assert.Equal("the order is for duel only", Of("avantlink").GetProperty("reason").GetString());

        JsonElement Of(string provider) =>
            answer
                .GetProperty("providers")
                .EnumerateArray()
                .Single(delivery => delivery.GetProperty("provider").GetString() == provider);
    }

    [Fact]
    public async Task An_event_of_the_future_is_refused_like_at_intake()
    {
        var (status, answer) = await PreviewAsync(json => json["occurredAt"] = "2026-11-21T12:05:01Z");

        Assert.Equal(400, status);
        Assert.Equal(["$.occurredAt"], answer.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private async Task<(int Status, JsonElement Answer)> PreviewAsync(Action<JsonObject> change)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Samples.Utf8(change));
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        var result = await Rig.Orders.PreviewAsync(context.Request, default);
        await result.ExecuteAsync(context);
        return (context.Response.StatusCode, JsonElement.Parse(answer.ToArray()));
    }
}
