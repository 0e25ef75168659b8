using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OrderFunctions.TestKit.Import;

/// <summary>Stands in for OrderFunctions where a test needs answers that the real one rarely gives.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<IReadOnlyList<string>> _accepted = [];
    private readonly WebApplication _app;
    private int _posts;

    private StubServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(HandleAsync);
    }

    public Uri Url => new(_app.Urls.First() + "/");

    /// <summary>Answers a post of a batch, given its number from 1 and the order ids in it; false: it is accepted.</summary>
    public Func<int, IReadOnlyList<string>, HttpContext, Task<bool>> Answer { get; set; } =
        (_, _, _) => Task.FromResult(false);

    /// <summary>How Duel's delivery of an order stands, given its id; null: no delivery was taken up yet.</summary>
    public Func<string, JsonObject?> Delivery { get; set; } = _ => null;

    /// <summary>The order ids of each batch that was accepted.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Accepted
    {
        get
        {
            lock (_lock)
            {
                return [.. _accepted];
            }
        }
    }

    public IEnumerable<string> AcceptedOrders => Accepted.SelectMany(orders => orders);

    public int Posts => Volatile.Read(ref _posts);

    public static async Task<StubServer> StartAsync()
    {
        var server = new StubServer();
        await server._app.StartAsync();
        return server;
    }

    public static Task<bool> StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    }

    public static async Task<bool> InvalidAsync(HttpContext context, params (string Path, string Message)[] errors)
    {
        context.Response.StatusCode = 400;
        var map = new JsonObject(
            errors.Select(error => KeyValuePair.Create(error.Path, (JsonNode?)new JsonArray(error.Message)))
        );
        await context.Response.WriteAsync(new JsonObject { ["title"] = "no", ["errors"] = map }.ToJsonString());
        return true;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        if (
            context.Request.Path.StartsWithSegments("/api/orders", out var order)
            && HttpMethods.IsGet(context.Request.Method)
            && Delivery(order.Value![1..]) is { } delivery
        )
        {
            delivery["provider"] = "duel";
            delivery["version"] = "2025-11-21T14:03:07+01:00";
            delivery["attempts"] = new JsonArray();
            await context.Response.WriteAsync(
                new JsonObject { ["deliveries"] = new JsonArray(delivery) }.ToJsonString()
            );
            return;
        }

        if (context.Request.Path != "/api/orders/batch")
        {
            context.Response.StatusCode = context.Request.Path == "/health/live" ? 200 : 404;
            return;
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var orders = body
            .RootElement.EnumerateArray()
            .Select(item => item.GetProperty("order").GetProperty("id").GetString()!)
            .ToList();
        if (await Answer(Interlocked.Increment(ref _posts), orders, context))
        {
            return;
        }

        lock (_lock)
        {
            _accepted.Add(orders);
        }

        context.Response.StatusCode = 202;
        await context.Response.WriteAsync(
            new JsonObject
            {
                ["accepted"] = orders.Count,
                ["events"] = new JsonArray([
                    .. orders.Select(_ => new JsonObject { ["providers"] = new JsonArray("duel") }),
                ]),
            }.ToJsonString()
        );
    }
}
