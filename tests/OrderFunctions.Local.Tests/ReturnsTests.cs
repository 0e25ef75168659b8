using System.Net;
using System.Text.Json.Nodes;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>What came back of an order that AvantLink was told of, through the whole system.</summary>
public sealed class ReturnsTests : IAsyncLifetime
{
    private const string Header =
        "Merchant ID,Transaction/Order ID,Product ID/SKU,Return Item Amount,Return Item Quantity,Return Reason Code\r\n";

    private readonly ManualTime _time = new();
    private LocalSystem _system = null!;

    public async Task InitializeAsync() =>
        _system = await LocalSystem.StartAsync(_time, "--Providers:AvantLink:ReturnsMerchantId", "10248");

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task An_order_that_comes_back_in_two_steps_is_given_out_step_by_step_each_once()
    {
        await TellAsync("2026-11-20T09:00:00Z", "paid", 100, ("jacket", 1, 60), ("mug", 2, 40));
        Assert.Equal(Header, await GetAsync(""));

        await TellAsync("2026-11-20T10:00:00Z", "partiallyRefunded", 80, ("jacket", 1, 60), ("mug", 1, 20));
        const string refund = $"{Header}10248,1001,mug,20.00,1,RETURN\r\n";
        Assert.Equal(refund, await GetAsync(""));
        Assert.Equal(refund, await GetAsync(""));
        Assert.Equal(refund, await GetAsync("&mark=true"));
        Assert.Equal(Header, await GetAsync("&mark=true"));

        await CancelAsync("2026-11-20T11:00:00Z");
        const string rest = $"{Header}10248,1001,jacket,60.00,1,CANCELED\r\n10248,1001,mug,20.00,1,CANCELED\r\n";
        Assert.Equal(rest, await GetAsync(""));
        Assert.Equal(Header, await GetAsync("&until=2026-11-20T11:00:00Z"));
        Assert.Equal(rest, await GetAsync("&since=2026-11-20T11:00:00Z&mark=true"));
        Assert.Equal(Header, await GetAsync("&mark=true"));
        Assert.Single(_system.Sandbox.Received("avantlink"));
    }

    [Fact]
    public async Task After_thirty_days_it_stands_apart_until_a_person_has_seen_it()
    {
        await TellAsync("2026-11-20T09:00:00Z", "paid", 100, ("jacket", 1, 100));
        _time.Advance(TimeSpan.FromDays(31));
        await CancelAsync("2026-12-21T09:00:00Z");

        using var file = await _system.Http.GetAsync("api/returns?provider=avantlink&mark=true");
        Assert.Equal(Header, await file.Content.ReadAsStringAsync());
        Assert.Equal(["1"], file.Headers.GetValues("X-Returns-Apart"));
        for (var mark = 0; mark < 2; mark++)
        {
            var json = await _system.GetAsync("api/returns?provider=avantlink&format=json&mark=true");
            Assert.Equal(1 - mark, json.GetProperty("apart").GetArrayLength());
        }
    }

    [Fact]
    public async Task An_order_that_AvantLink_was_never_told_of_does_not_come_back()
    {
        await CancelAsync("2026-11-20T11:00:00Z");

        Assert.Equal(Header, await GetAsync(""));
    }

    private async Task<string> GetAsync(string query) =>
        await _system.Http.GetStringAsync($"api/returns?provider=avantlink{query}");

    private Task TellAsync(
        string at,
        string status,
        decimal goods,
        params (string Sku, int Quantity, decimal Total)[] lines
    ) =>
        SubmitAsync(json =>
        {
            json["occurredAt"] = at;
            var order = json["order"]!.AsObject();
            (order["status"], order["placedAt"]) = (status, "2026-11-20T08:59:00Z");
            (order["currency"], order["total"], order["tax"]) = ("USD", goods, 0);
            order["lines"] = new JsonArray([
                .. lines.Select(line => new JsonObject
                {
                    ["sku"] = line.Sku,
                    ["quantity"] = line.Quantity,
                    ["total"] = line.Total,
                }),
            ]);
        });

    // As an ERP cancels: with the id alone.
    private Task CancelAsync(string at) =>
        SubmitAsync(json =>
        {
            json.Clear();
            json["occurredAt"] = at;
            json["order"] = new JsonObject { ["id"] = "1001", ["status"] = "cancelled" };
        });

    private async Task SubmitAsync(Action<JsonObject> change)
    {
        using var accepted = await _system.SubmitAsync(json =>
        {
            change(json);
            json["providers"] = new JsonArray("avantlink");
        });
        Assert.True(accepted.StatusCode == HttpStatusCode.Accepted, await accepted.Content.ReadAsStringAsync());
        await _system.IdleAsync();
    }
}
