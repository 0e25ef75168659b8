using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Operators;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Parked;

/// <summary>Tests that park deliveries and ask for them by the routes.</summary>
public abstract class ParkedTest : RigTest
{
    protected const string Katalys = "katalys";

    protected ParkedEndpoints Endpoints => Rig.Services.GetRequiredService<ParkedEndpoints>();

    /// <summary>Parks deliveries of different orders, none of which was ever attempted.</summary>
    protected async Task ParkAsync(
        int count = 1,
        string provider = Katalys,
        string reason = DeadLetterReasons.Rejected,
        string prefix = "o",
        Action<JsonObject>? change = null
    )
    {
        for (var i = 0; i < count; i++)
        {
            var orderEvent = Samples.Event(json =>
            {
                json["order"]!["id"] = $"{prefix}-{i}";
                change?.Invoke(json);
            });
            await ParkAsync(
                new BusMessage($"{prefix}-{i}", CanonicalJson.Write(orderEvent))
                {
                    OrderId = orderEvent.Order.Id,
                    EventId = orderEvent.EventId,
                    Provider = provider,
                },
                reason
            );
        }
    }

    protected async Task ParkAsync(BusMessage message, string reason = DeadLetterReasons.Rejected)
    {
        var queue = message.Provider is { } provider ? Entities.QueueOf(provider) : Entities.Inbound;
        await Rig.Bus.ScheduleAsync(queue, message, Rig.Time.GetUtcNow(), default);
        foreach (var each in new[] { queue, Entities.Retry })
        {
            var received = await Rig.Bus.ReceiveAsync(each, default);
            await received.DeadLetterAsync(new DeadLetter(reason, $"because {message.Id}", null, 0, 1), default);
        }
    }

    protected Task<JsonNode> ReplayAsync(string json = "{}", int status = 202) =>
        CallAsync(Endpoints.ReplayAsync, json, status);

    protected Task<JsonNode> DiscardAsync(string json, int status = 202) =>
        CallAsync(Endpoints.DiscardAsync, json, status);

    protected Task<JsonNode> SummaryAsync(string query = "", int status = 200) =>
        CallAsync((request, token) => Endpoints.SummarizeAsync(request, token), null, status, query);

    /// <summary>The job that an answer names, as it stands now.</summary>
    protected Task<JsonNode> JobAsync(JsonNode answer) =>
        CallAsync((request, token) => Endpoints.FindJobAsync(request, IdOf(answer), token), null, 200);

    protected static string IdOf(JsonNode answer) => answer["job"]!["id"]!.GetValue<string>();

    protected async Task<JsonNode> CallAsync(
        Func<HttpRequest, CancellationToken, Task<IResult>> endpoint,
        string? json,
        int status,
        string query = ""
    )
    {
        var context = new DefaultHttpContext { RequestServices = Rig.Services };
        context.Request.QueryString = new QueryString(query);
        if (json is not null)
        {
            context.Request.Method = "POST";
            context.Request.ContentType = "application/json";
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        }

        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await (await endpoint(context.Request, default)).ExecuteAsync(context);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        Assert.True(status == context.Response.StatusCode, $"{context.Response.StatusCode}: {text}\n{Rig.Log}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
