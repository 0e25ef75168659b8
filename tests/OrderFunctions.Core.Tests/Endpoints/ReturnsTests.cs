using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Returns;
using OrderFunctions.Credentials;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Operators;
using OrderFunctions.Hosting;
using OrderFunctions.Ledger;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>GET /api/returns: the file or JSON, marked or not, and every bad parameter told at once.</summary>
public sealed class ReturnsTests : IAsyncLifetime
{
    private const string Header =
        "Merchant ID,Transaction/Order ID,Product ID/SKU,Return Item Amount,Return Item Quantity,Return Reason Code\r\n";

    private readonly ManualTime _time = new(Returned.Now);
    private readonly ServiceProvider _services;

    public ReturnsTests() =>
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<InMemoryBus>()
            .AddSingleton<IBus>(container => container.GetRequiredService<InMemoryBus>())
            .AddSingleton<ILedger, InMemoryLedger>()
            .AddSingleton<IStateStore, InMemoryState>()
            .AddSingleton<ISecretStore>(new Secrets())
            .AddOrderFunctions(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(
                        new Dictionary<string, string?> { ["Providers:AvantLink:ReturnsMerchantId"] = "10248" }
                    )
                    .Build()
            )
            .BuildServiceProvider();

    public async Task InitializeAsync()
    {
        var told = Returned.Told("100.00", Returned.SixtyAndForty);
        await SaveAsync(told.Left("cancelled", "0", []) with { OrderId = "cancelled" });
        await SaveAsync(
            told.Left("partiallyRefunded", "60.00", [Returned.Line("sixty", 1, "60.00")]) with
            {
                OrderId = "refunded",
                LeftAt = Returned.PlacedAt.AddDays(10),
            }
        );
        await SaveAsync(
            told.Left("cancelled", "0", []) with
            {
                OrderId = "too late",
                ToldLast = new() { Goods = told.ToldLast!.Goods! with { PlacedAt = Returned.Now.AddDays(-31) } },
            }
        );
    }

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task The_file_is_the_usual_answer_and_says_what_stands_apart()
    {
        var answer = await GetAsync("?provider=AvantLink");

        Assert.Equal((200, "text/csv; charset=utf-8"), (answer.Status, answer.Response.ContentType));
        Assert.Equal(
            Header
                + "10248,cancelled,sixty,60.00,1,CANCELED\r\n"
                + "10248,cancelled,forty,40.00,1,CANCELED\r\n"
                + "10248,refunded,forty,40.00,1,RETURN\r\n",
            answer.Text
        );
        Assert.Equal("1", answer.Response.Headers["X-Returns-Apart"]);
        Assert.Equal(
            "attachment; filename=\"returns_10248_2026_11_21.csv\"",
            answer.Response.Headers.ContentDisposition
        );
        Assert.Equal("no-store", answer.Response.Headers.CacheControl);
    }

    [Fact]
    public async Task As_JSON_what_the_file_cannot_say_stands_apart_with_the_reason()
    {
        var answer = await GetAsync("?provider=avantlink&format=json");

        Assert.Equal((200, "application/json; charset=utf-8"), (answer.Status, answer.Response.ContentType));
        Assert.Equal(["cancelled", "refunded"], Ids(answer, "returns"));
        var apart = Assert.Single(answer.Json.GetProperty("apart").EnumerateArray());
        Assert.Equal("too late", apart.GetProperty("orderId").GetString());
        Assert.Contains("30 days", apart.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, apart.GetProperty("lines").GetArrayLength());
    }

    [Theory]
    [InlineData(null, "text/csv")]
    [InlineData("*/*", "text/csv")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", "text/csv")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/json, text/csv", "application/json")]
    [InlineData("application/json;q=0.5, text/csv", "text/csv")]
    [InlineData("text/csv", "text/csv")]
    [InlineData("nonsense", "text/csv")]
    public async Task Accept_chooses_between_the_two(string? accept, string type)
    {
        var answer = await GetAsync("?provider=avantlink", accept);

        Assert.StartsWith(type, answer.Response.ContentType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_format_outweighs_Accept() =>
        Assert.Equal(
            Header,
            (await GetAsync("?provider=avantlink&format=csv&until=2000-01-01T00:00:00Z", "application/json")).Text
        );

    [Fact]
    public async Task Only_what_came_back_from_since_to_before_until_is_listed()
    {
        var first = Rfc(Returned.PlacedAt.AddDays(1));
        var second = Rfc(Returned.PlacedAt.AddDays(10));

        Assert.Equal(["cancelled", "refunded"], await IdsAsync($"&since={first}"));
        Assert.Equal(["cancelled"], await IdsAsync($"&since={first}&until={second}"));
        Assert.Equal(["refunded"], await IdsAsync($"&since={second}"));
        Assert.Empty(await IdsAsync($"&until={first}"));

        static string Rfc(DateTimeOffset time) => Uri.EscapeDataString($"{time.ToOffset(TimeSpan.FromHours(1)):O}");
    }

    [Fact]
    public async Task Without_mark_it_is_listed_again_and_with_mark_once()
    {
        Assert.Equal(
            (await GetAsync("?provider=avantlink")).Text,
            (await GetAsync("?provider=avantlink&mark=false")).Text
        );

        var marked = await GetAsync("?provider=avantlink&mark=true");
        var again = await GetAsync("?provider=avantlink&mark=true");

        Assert.Contains("refunded,forty,40.00", marked.Text, StringComparison.Ordinal);
        Assert.Equal(Header, again.Text);
        // What no file could say is not lost with it.
        Assert.Equal("1", again.Response.Headers["X-Returns-Apart"]);
        Assert.Equal(["too late"], Ids(await GetAsync("?provider=avantlink&format=json&mark=true"), "apart"));
        Assert.Empty(Ids(await GetAsync("?provider=avantlink&format=json"), "apart"));
    }

    [Fact]
    public async Task HEAD_marks_nothing()
    {
        await GetAsync("?provider=avantlink&mark=true", method: "HEAD");

        Assert.Equal(["cancelled", "refunded"], await IdsAsync(""));
    }

    [Fact]
    public async Task Every_bad_parameter_is_told_at_once()
    {
        var answer = await GetAsync(
            "?provider=duel&since=yesterday&until=2026-11-21&format=xml&mark=yes&limit=3&code=key"
        );

        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.Response.ContentType));
        Assert.Equal(
            ["format", "limit", "mark", "provider", "since", "until"],
            answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order()
        );
        Assert.StartsWith(
            "must be avantlink",
            answer.Json.GetProperty("errors").GetProperty("provider")[0].GetString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("", "provider")]
    [InlineData("?provider=avantlink&provider=avantlink", "provider")]
    [InlineData("?provider=avantlink&since=2026-11-22T00:00:00Z&until=2026-11-22T01:00:00%2B01:00", "until")]
    [InlineData("?provider=avantlink&since=2026-11-22T00:00:00+01:00", "since")]
    public async Task A_bad_parameter_is_told_by_its_name(string query, string name)
    {
        var answer = await GetAsync(query);

        Assert.Equal(400, answer.Status);
        Assert.Equal([name], answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    private Task SaveAsync(LedgerEntry entry) => _services.GetRequiredService<ILedger>().TrySaveAsync(entry, default);

    private async Task<IEnumerable<string?>> IdsAsync(string query) =>
        Ids(await GetAsync($"?provider=avantlink&format=json{query}"), "returns");

    private static IEnumerable<string?> Ids(Answer answer, string list) =>
        answer.Json.GetProperty(list).EnumerateArray().Select(each => each.GetProperty("orderId").GetString());

    private async Task<Answer> GetAsync(string query, string? accept = null, string method = "GET")
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        (context.Request.Method, context.Request.QueryString) = (method, new QueryString(query));
        context.Request.Headers.Accept = accept;
        using var body = new MemoryStream();
        context.Response.Body = body;
        var result = await _services.GetRequiredService<ReturnEndpoints>().ListAsync(context.Request, default);
        await result.ExecuteAsync(context);
        return new Answer(context.Response, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private sealed record Answer(HttpResponse Response, string Text)
    {
        public int Status => Response.StatusCode;

        public JsonElement Json => JsonElement.Parse(Text);
    }
}
