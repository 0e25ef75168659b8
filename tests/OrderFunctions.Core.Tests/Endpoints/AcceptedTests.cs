using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Operators;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>A 202 leads on by paths: behind a proxy, the scheme and the host that we see are not the caller's.</summary>
public sealed class AcceptedTests : RigTest
{
    [Theory]
    [InlineData("", "1001", "/api/orders/1001")]
    [InlineData("/affiliates", "1001", "/affiliates/api/orders/1001")]
    [InlineData("/a b", "a/b?c#d é", "/a%20b/api/orders/a%2Fb%3Fc%23d%20%C3%A9")]
    [InlineData("", "//elsewhere.example", "/api/orders/%2F%2Felsewhere.example")]
    public async Task Status_and_Location_of_an_order_are_its_path(string pathBase, string orderId, string path)
    {
        var (answer, location) = await PostAsync(Rig.Orders.SubmitAsync, Sample(orderId), pathBase);

        Assert.Equal((path, path), (answer["status"]!.GetValue<string>(), location));
    }

    [Fact]
    public async Task A_batch_has_a_path_for_each_event_and_no_Location()
    {
        var batch = new JsonArray(Sample("1001"), Sample("1002"));
        var (answer, location) = await PostAsync(Rig.Orders.SubmitBatchAsync, batch, "/affiliates");

        Assert.Equal(
            ["/affiliates/api/orders/1001", "/affiliates/api/orders/1002"],
            answer["events"]!.AsArray().Select(accepted => accepted!["status"]!.GetValue<string>())
        );
        Assert.Equal("", location);
    }

    [Fact]
    public async Task A_replay_leads_to_what_is_parked_still()
    {
        var parked = Rig.Services.GetRequiredService<ParkedEndpoints>();
        var (_, location) = await PostAsync(parked.ReplayAsync, new JsonObject(), "/affiliates");

        Assert.Equal("/affiliates/api/parked", location);
    }

    [Fact]
    public async Task What_is_refused_has_no_Location()
    {
        var (_, location) = await PostAsync(Rig.Orders.SubmitAsync, new JsonObject(), "", 400);

        Assert.Equal("", location);
    }

    private static JsonObject Sample(string orderId) => Samples.Json(json => json["order"]!["id"] = orderId);

    private static async Task<(JsonNode Answer, string Location)> PostAsync(
        Func<HttpRequest, CancellationToken, Task<IResult>> endpoint,
        JsonNode json,
        string pathBase,
        int status = 202
    )
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = "POST";
        (context.Request.Scheme, context.Request.Host) = ("http", new HostString("10.0.0.7", 8080));
        context.Request.PathBase = pathBase;
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(json));
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await (await endpoint(context.Request, default)).ExecuteAsync(context);
        Assert.Equal(status, context.Response.StatusCode);
        return (JsonNode.Parse(answer.ToArray())!, context.Response.Headers.Location.ToString());
    }
}
