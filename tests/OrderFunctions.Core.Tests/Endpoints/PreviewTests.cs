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
    public async Task An_event_that_has_to_wait_for_an_earlier_one_is_shown_with_the_reason()
    {
        Rig.Sandbox.State.InjectFault("duel", new Fault { Status = 429 });
        await Rig.TellAsync("duel");

        var (status, answer) = await PreviewAsync(json =>
        {
            json["occurredAt"] = "2025-11-22T09:00:00+01:00";
            json["order"]!["status"] = "partiallyRefunded";
            json["order"]!.AsObject().Remove("customer");
        });

        var duel = answer.GetProperty("providers").EnumerateArray().Single(IsDuel);
        Assert.Equal(200, status);
        Assert.Equal(
            "Duel needs customer.email for an order it does not know yet; an earlier event of the order is still to be told",
            duel.GetProperty("reason").GetString()
        );

        static bool IsDuel(JsonElement delivery) => delivery.GetProperty("provider").GetString() == "duel";
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
