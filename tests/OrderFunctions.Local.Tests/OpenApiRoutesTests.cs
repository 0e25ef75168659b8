using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>Holds openapi.json against the running host: its routes, its keys and its answers.</summary>
public sealed class OpenApiRoutesTests : IAsyncLifetime, IDisposable
{
    private const string Key = "a-key-for-this-test";
    private const string Pause = "/api/providers/{provider}/pause";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly OpenApiDocument Document = OpenApiDocument.Load();

    private LocalSystem _system = null!;
    private HttpClient _http = null!;

    private LocalHost Host => _system.Host;

    public async Task InitializeAsync()
    {
        _system = await LocalSystem.StartAsync(
            settings: ["--Local:ApiKey", Key, "--Redirect:AllowedHosts:0", "store.example.com"]
        );
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Host.Url };
        _http.DefaultRequestHeaders.Add("x-functions-key", Key);
    }

    public async Task DisposeAsync() => await _system.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public void The_document_has_the_routes_of_the_host()
    {
        var routes = Host
            .Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .SelectMany(route =>
                (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(method =>
                    $"{method} {route.RoutePattern.RawText}"
                )
            );
        var documented = Document.Operations.SelectMany(each =>
            new[] { each.Method }.Concat(each.Method == "GET" ? ["HEAD"] : []).Select(method => $"{method} {each.Path}")
        );
        Assert.Equal(documented.Order(StringComparer.Ordinal), routes.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Exactly_the_operations_with_security_want_the_key()
    {
        foreach (var (path, method, operation) in Document.Operations)
        {
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
            var address = new Uri(Host.Url, Address(path));
            using var request = new HttpRequestMessage(new HttpMethod(method), address);
            using var answer = await http.SendAsync(request);
            var isKeyed = (operation["security"] ?? Document.Root["security"])!.AsArray().Count > 0;
            Assert.True(
                isKeyed == (answer.StatusCode == HttpStatusCode.Unauthorized),
                $"{method} {path} without a key answered {(int)answer.StatusCode}; the document says {(isKeyed ? "a key is needed" : "none is")}"
            );
            if (isKeyed)
            {
                await ExpectedAsync(answer, path, method, 401);
            }
        }
    }

    [Fact]
    public async Task HEAD_is_answered_like_GET_without_the_body()
    {
        foreach (var (path, _, _) in Document.Operations.Where(each => each.Method == "GET"))
        {
            var address = Address(path);
            using var get = await _http.GetAsync(address);
            using var request = new HttpRequestMessage(HttpMethod.Head, address);
            using var head = await _http.SendAsync(request);
            Assert.True(
                get.StatusCode == head.StatusCode
                    && Equals(get.Content.Headers.ContentType, head.Content.Headers.ContentType),
                $"GET {path} answered {(int)get.StatusCode} {get.Content.Headers.ContentType}; HEAD {(int)head.StatusCode} {head.Content.Headers.ContentType}"
            );
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task The_key_is_taken_from_the_address_by_every_keyed_route_where_no_header_has_one()
    {
        foreach (var (path, method, operation) in Document.Operations)
        {
            var schemes = (operation["security"] ?? Document.Root["security"])!.AsArray();
            if (schemes.Count == 0)
            {
                continue;
            }

            Assert.Contains(schemes, scheme => scheme!.AsObject().ContainsKey("apiKeyInAddress"));
            var address = Address(path);
            Assert.NotEqual(401, await StatusAsync(method, $"{address}?code={Key}", header: null));
            Assert.Equal(401, await StatusAsync(method, $"{address}?code=wrong", header: null));
            Assert.Equal(401, await StatusAsync(method, $"{address}?code={Key}", header: "wrong"));
        }

        Assert.Equal(200, await StatusAsync("GET", $"/api/parked?code={Key}&limit=1", header: null));
    }

    [Fact]
    public async Task The_host_serves_the_document()
    {
        using var answer = await _http.GetAsync("openapi.json");
        var json = await ExpectedAsync(answer, "/openapi.json", "GET", 200);
        Assert.Equal(Document.Root.ToJsonString(), json.ToJsonString());
    }

    [Fact]
    public async Task An_accepted_event_is_answered_as_documented()
    {
        using var answer = await PostAsync("api/orders", Samples.Json());
        var json = await ExpectedAsync(answer, "/api/orders", "POST", 202);
        Assert.Equal("/api/orders/1001", json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_accepted_batch_is_answered_as_documented()
    {
        using var answer = await PostAsync("api/orders/batch", new JsonArray(Samples.Json(), Samples.Json()));
        await ExpectedAsync(answer, "/api/orders/batch", "POST", 202);
    }

    [Fact]
    public async Task A_preview_is_answered_as_documented()
    {
        using var answer = await PostAsync("api/orders/preview", Samples.Json());
        var json = await ExpectedAsync(answer, "/api/orders/preview", "POST", 200);
        Assert.Equal(Samples.ProviderNames.Length, json["providers"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("api/orders", "{}", "application/json", 400)]
    [InlineData("api/orders", "{", "application/json", 400)]
    [InlineData("api/orders", "{}", "text/plain", 415)]
    [InlineData("api/orders/batch", "[]", "application/json", 400)]
    [InlineData("api/orders/batch", "[]", "text/plain", 415)]
    [InlineData("api/orders/preview", "{}", "application/json", 400)]
    [InlineData("api/orders/preview", "{}", "text/plain", 415)]
    [InlineData("api/parked/replay", "{\"max\":0}", "application/json", 400)]
    [InlineData("api/parked/replay", "{}", "text/plain", 415)]
    [InlineData("api/parked/discard", "{}", "application/json", 400)]
    [InlineData("api/parked/discard", "{}", "text/plain", 415)]
    public async Task A_bad_request_is_answered_as_documented(string path, string body, string type, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await _http.PostAsync(path, content);
        await ExpectedAsync(answer, $"/{path}", "POST", status);
    }

    [Theory]
    [InlineData("api/orders", 192 * 1024)]
    [InlineData("api/orders/batch", 5 * 1024 * 1024)]
    [InlineData("api/orders/preview", 192 * 1024)]
    [InlineData("api/parked/replay", 16 * 1024)]
    [InlineData("api/parked/discard", 16 * 1024)]
    public async Task A_body_of_more_than_the_documented_bytes_is_too_large(string path, int most)
    {
        var description = Document.Paths[$"/{path}"]!["post"]!["requestBody"]!["description"]!.GetValue<string>();
        Assert.Contains($"{most:N0} bytes", description, StringComparison.Ordinal);
        foreach (var (bytes, status) in new[] { (most, 400), (most + 1, 413) })
        {
            using var content = new StringContent(new string(' ', bytes), Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(path, content);
            await ExpectedAsync(answer, $"/{path}", "POST", status);
        }
    }

    [Fact]
    public async Task An_order_in_every_state_is_answered_as_documented()
    {
        var ledger = Host.Services.GetRequiredService<ILedger>();
        var version = new OrderVersion(DateTimeOffset.UnixEpoch, OrderStatus.Paid, "e-1");
        var attempt = new Attempt(DateTimeOffset.UnixEpoch, "paid", "upsert", 1, 6, "retry", 503, 12, "busy");
        var states = Samples.ProviderNames.Zip(Enum.GetValues<DeliveryState>()).ToList();
        foreach (var (provider, state) in states)
        {
            var bare = new LedgerEntry("bare", provider, version, state);
            var full = bare with
            {
                OrderId = "full",
                Reason = "busy",
                Reference = "r-1",
                NextAttemptAt = DateTimeOffset.UnixEpoch,
                Attempts = [attempt, attempt with { StatusCode = null, Detail = null }],
            };
            Assert.NotNull(await ledger.TrySaveAsync(bare, default));
            Assert.NotNull(await ledger.TrySaveAsync(full, default));
        }

        foreach (var order in new[] { "bare", "full" })
        {
            using var answer = await _http.GetAsync($"api/orders/{order}");
            var json = await ExpectedAsync(answer, "/api/orders/{orderId}", "GET", 200);
            Assert.Equal(states.Count, json["deliveries"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task A_told_order_is_answered_as_documented()
    {
        using (await PostAsync("api/orders", Samples.Json())) { }

        var json = await UntilAsync(
            "api/orders/1001",
            "/api/orders/{orderId}",
            order =>
                order["deliveries"] is JsonArray all
                && all.Count == Samples.ProviderNames.Length
                && all.All(each => each!["attempts"]!.AsArray().Count > 0)
        );
        Assert.All(
            json["deliveries"]!.AsArray(),
            each => Assert.Equal("delivered", each!["state"]!.GetValue<string>())
        );
    }

    [Fact]
    public async Task An_unknown_order_is_answered_as_documented()
    {
        using var answer = await _http.GetAsync("api/orders/unknown");
        await ExpectedAsync(answer, "/api/orders/{orderId}", "GET", 404);
        using var erased = await _http.DeleteAsync("api/orders/unknown/memory");
        await ExpectedAsync(erased, "/api/orders/{orderId}/memory", "DELETE", 404);
    }

    [Fact]
    public async Task Parked_deliveries_and_their_replay_are_answered_as_documented()
    {
        var bus = Host.Services.GetRequiredService<Bus.IBus>();
        foreach (var id in new[] { "m-1", "m-2" })
        {
            var message = new Bus.BusMessage(id, "{}"u8.ToArray());
            await bus.ScheduleAsync(Bus.Entities.Inbound, message, DateTimeOffset.UnixEpoch, default);
        }

        await UntilAsync("api/parked", "/api/parked", page => page["items"]!.AsArray().Count == 2);
        var first = await UntilAsync("api/parked?limit=1", "/api/parked", page => page["next"] is not null);
        var next = Uri.EscapeDataString(first["next"]!.GetValue<string>());
        var second = await UntilAsync($"api/parked?limit=1&next={next}", "/api/parked", _ => true);
        Assert.NotEqual(first["items"]!.ToJsonString(), second["items"]!.ToJsonString());

        using var dry = await PostAsync("api/parked/replay", new JsonObject { ["dryRun"] = true });
        var counted = await ExpectedAsync(dry, "/api/parked/replay", "POST", 202);
        Assert.Equal("""{"matched":2,"replayed":0}""", counted.ToJsonString());
        using var real = await PostAsync("api/parked/replay", new JsonObject { ["max"] = 1 });
        var replayed = await ExpectedAsync(real, "/api/parked/replay", "POST", 202);
        Assert.Equal(1, replayed["replayed"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    [InlineData("provider=awin")]
    [InlineData("next=abc")]
    [InlineData("since=yesterday")]
    [InlineData("until=2025-11-21")]
    [InlineData("order=1001")]
    public async Task A_bad_parameter_is_answered_as_documented(string query)
    {
        using var answer = await _http.GetAsync($"api/parked?{query}");
        var problem = await ExpectedAsync(answer, "/api/parked", "GET", 400);
        Assert.Equal([query.Split('=')[0]], problem["errors"]!.AsObject().Select(each => each.Key));
    }

    [Fact]
    public async Task The_documented_parameters_and_limits_of_the_parked_list_are_taken()
    {
        var parameters = Document.Paths["/api/parked"]!["get"]!["parameters"]!.AsArray();
        Assert.Equal(
            ["provider", "orderId", "reason", "since", "until", "limit", "next"],
            parameters.Select(each => each!["name"]!.GetValue<string>())
        );
        var limit = parameters.Single(each => each!["name"]!.GetValue<string>() == "limit")!["schema"]!;
        foreach (var value in new[] { limit["minimum"]!, limit["maximum"]! })
        {
            await UntilAsync(
                $"api/parked?provider=DUEL&orderId=1&reason=x&since=2025-11-21T00:00:00Z&until=2025-11-28T00:00:00Z&next=1&limit={value}",
                "/api/parked",
                _ => true
            );
        }
    }

    [Fact]
    public async Task What_came_back_is_answered_as_documented()
    {
        var ledger = Host.Services.GetRequiredService<ILedger>();
        var version = new OrderVersion(DateTimeOffset.UnixEpoch, OrderStatus.Cancelled, "e-1");
        var recent = new LedgerEntry("recent", "avantlink", version, DeliveryState.Skipped)
        {
            Delivered = true,
            ToldLast = new ToldOrder
            {
                Goods = new ToldGoods("USD", 50m, [new ToldLine("SKU-1", 2, 40m)])
                {
                    PlacedAt = DateTimeOffset.MaxValue.AddDays(-40),
                },
            },
            Left = new ToldGoods("", 0, []),
            LeftAt = version.OccurredAt,
        };
        var unknown = recent with { OrderId = "unknown", ToldLast = null, Left = new ToldGoods("USD", 1m, []) };
        Assert.NotNull(await ledger.TrySaveAsync(recent, default));
        Assert.NotNull(await ledger.TrySaveAsync(unknown, default));

        using var answer = await _http.GetAsync(
            "api/returns?provider=AVANTLINK&format=json&since=1970-01-01T00:00:00Z"
        );
        var json = await ExpectedAsync(answer, "/api/returns", "GET", 200);
        Assert.Equal((1, 1), (json["returns"]!.AsArray().Count, json["apart"]!.AsArray().Count));
        using var file = await _http.GetAsync("api/returns?provider=avantlink");
        var headers = Document.Paths["/api/returns"]!["get"]!["responses"]!["200"]!["headers"]!.AsObject();
        var sent = file.Headers.Concat(file.Content.Headers).Select(header => header.Key).ToHashSet();
        Assert.Superset(headers.Select(header => header.Key).ToHashSet(), sent);
        using var refused = await _http.GetAsync("api/returns?provider=duel&since=x");
        var problem = await ExpectedAsync(refused, "/api/returns", "GET", 400);
        Assert.Equal(["provider", "since"], problem["errors"]!.AsObject().Select(each => each.Key));
    }

    [Fact]
    public async Task The_redirect_is_answered_as_documented()
    {
        var deeplink = Uri.EscapeDataString("https://store.example.com/shoes?a=1");
        using var answer = await _http.GetAsync(
            $"retrack?click=59d08c54-18e6-4e0d-9c06-d18be3510e43&deeplink={deeplink}"
        );
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        foreach (var (header, _) in Document.Paths["/retrack"]!["get"]!["responses"]!["302"]!["headers"]!.AsObject())
        {
            Assert.True(
                answer.Headers.Contains(header),
                $"The redirect should have the header {header}: {answer.Headers}"
            );
        }

        using var refused = await _http.GetAsync("retrack?click=1&deeplink=https://elsewhere.example");
        await ExpectedAsync(refused, "/retrack", "GET", 400);
    }

    [Theory]
    [InlineData("health/live")]
    [InlineData("health/ready")]
    public async Task Health_is_answered_as_documented(string path)
    {
        using var answer = await _http.GetAsync(path);
        await ExpectedAsync(answer, $"/{path}", "GET", 200);
    }

    [Fact]
    public async Task The_overview_and_a_pause_are_answered_as_documented()
    {
        using (await PostAsync("api/orders", Samples.Json())) { }

        await UntilAsync(
            "api/overview",
            "/api/overview",
            json => json["providers"]!.AsArray().All(each => each!["minutes"]!.AsArray().Count > 0)
        );
        var note = new string('x', 1000);
        foreach (var body in new[] { null, "", "{}", $$"""{"note":"{{note}}"}""" })
        {
            using var content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            using var paused = await _http.PutAsync("api/providers/DUEL/pause", content);
            await NoContentAsync(paused);
        }

        using var overview = await _http.GetAsync("api/overview");
        var shown = await ExpectedAsync(overview, "/api/overview", "GET", 200);
        var duel = shown["providers"]!.AsArray().Single(each => each!["provider"]!.GetValue<string>() == "duel")!;
        Assert.Equal((true, note), (duel["paused"]!.GetValue<bool>(), duel["pauseNote"]!.GetValue<string>()));
        using var health = await _http.GetAsync("health/ready");
        var ready = await ExpectedAsync(health, "/health/ready", "GET", 200);
        Assert.Equal("""["duel"]""", ready["paused"]!.ToJsonString());
        for (var i = 0; i < 2; i++)
        {
            using var resumed = await _http.DeleteAsync("api/providers/duel/pause");
            await NoContentAsync(resumed);
        }

        static async Task NoContentAsync(HttpResponseMessage answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.NoContent && text.Length == 0, text);
        }
    }

    [Theory]
    [InlineData("api/providers/dual/pause", "{}", "application/json", 404)]
    [InlineData("api/providers/duel/pause", "{", "application/json", 400)]
    [InlineData("api/providers/duel/pause", """{"not":"e"}""", "application/json", 400)]
    [InlineData("api/providers/duel/pause", "{}", "text/plain", 415)]
    public async Task A_bad_pause_is_answered_as_documented(string path, string body, string type, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await _http.PutAsync(path, content);
        await ExpectedAsync(answer, Pause, "PUT", status);
        if (status == 404)
        {
            Assert.Contains("avantlink", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            using var resumed = await _http.DeleteAsync(path);
            await ExpectedAsync(resumed, Pause, "DELETE", status);
        }

        using var health = await _http.GetAsync("health/ready");
        Assert.DoesNotContain("paused", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_s_note_and_body_have_the_documented_limits()
    {
        var description = Document.Paths[Pause]!["put"]!["requestBody"]!["description"]!.GetValue<string>();
        Assert.Contains($"{16 * 1024:N0} bytes", description, StringComparison.Ordinal);
        var note = Document.Schema("PauseRequest")["properties"]!["note"]!["maxLength"]!.GetValue<int>();
        foreach (
            var (body, status) in new[]
            {
                ($$"""{"note":"{{new string('x', note + 1)}}"}""", 400),
                (new string(' ', (16 * 1024) + 1), 413),
            }
        )
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await _http.PutAsync("api/providers/duel/pause", content);
            await ExpectedAsync(answer, Pause, "PUT", status);
        }
    }

    private static string Address(string path) =>
        path.Replace("{orderId}", "1001", StringComparison.Ordinal)
            .Replace("{provider}", "duel", StringComparison.Ordinal);

    private async Task<int> StatusAsync(string method, string address, string? header)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Host.Url, address));
        if (header is not null)
        {
            request.Headers.Add("x-functions-key", header);
        }

        using var answer = await http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private Task<HttpResponseMessage> PostAsync(string path, JsonNode json) =>
        _http.PostAsync(path, new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"));

    // Asks again and again, without a wait in between, until the answer is the one looked for.
    private async Task<JsonNode> UntilAsync(string path, string documented, Func<JsonNode, bool> isDone)
    {
        using var patience = new CancellationTokenSource(Patience);
        var last = "no answer";
        while (!patience.IsCancellationRequested)
        {
            using var answer = await _http.GetAsync(path, CancellationToken.None);
            last = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                var json = await ExpectedAsync(answer, documented, "GET", 200);
                if (isDone(json))
                {
                    return json;
                }
            }
        }

        Assert.Fail($"GET {path} did not come to what was looked for in {Patience}; it last answered {last}");
        throw new InvalidOperationException();
    }

    private static async Task<JsonNode> ExpectedAsync(
        HttpResponseMessage answer,
        string path,
        string method,
        int status
    )
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{method} {path} answered {(int)answer.StatusCode}: {text}");
        var responses = Document.Paths[path]![method.ToLowerInvariant()]!["responses"]!;
        var documented = Document.Resolve(responses[$"{status}"]!);
        var types = documented["content"]!.AsObject().Select(each => each.Key);
        Assert.Contains(answer.Content.Headers.ContentType?.MediaType, types);
        foreach (var header in new[] { "Location", "Retry-After" })
        {
            Assert.True(
                answer.Headers.Contains(header) == (documented["headers"]?[header] is not null),
                $"The {status} of {method} {path} and the document don't agree on {header}: {answer.Headers}"
            );
        }

        var json = JsonNode.Parse(text)!;
        var violations = Document.Violations(json, Document.AnswerSchema(path, method, status));
        Assert.True(
            violations.Count == 0,
            $"The {status} of {method} {path} is not as documented: {string.Join("; ", violations)}\n{text}"
        );
        return json;
    }
}
