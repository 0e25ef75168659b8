using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Ledger;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Katalys;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>The contract over HTTP: what is accepted, what is refused and how.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private LocalSystem _system = null!;

    public async Task InitializeAsync() =>
        _system = await LocalSystem.StartAsync(_time, "--Redirect:AllowedHosts:0", "www.store-domain.com");

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task An_accepted_event_sent_again_is_accepted_again_and_told_once()
    {
        using var first = await _system.SubmitAsync();
        using var second = await _system.SubmitAsync();
        await _system.IdleAsync();

        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(Samples.ProviderNames.Length, _system.Sandbox.Received().Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"order\":")]
    [InlineData("{\"order\":{\"id\":\"\\ud800\"}}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("not json at all")]
    public async Task What_is_no_order_event_is_a_400_and_nothing_is_enqueued(string body)
    {
        using var response = await _system.PostAsync("api/orders", body);

        await AssertProblemAsync(response, 400);
        Assert.Empty(_system.BusyQueues);
        Assert.Empty(_system.Sandbox.Received());
    }

    [Theory]
    [InlineData(66, "")]
    [InlineData(67, "These are the first 200 errors; there are at least 2 more.")]
    public async Task Two_hundred_errors_are_all_reported_at_once_and_that_there_are_more(int lines, string more)
    {
        // Three with each line, and two more.
        var wrong = string.Join(',', Enumerable.Repeat("""{"sku":1,"quantity":-1}""", lines));
        var body = Samples.Json(json => json["occurredAt"] = "soon").ToJsonString();
        body = body.Replace("\"lines\":[", $"\"alia\":1,\"lines\":[{wrong},", StringComparison.Ordinal);
        using var response = await _system.PostAsync("api/orders", body);

        var problem = await AssertProblemAsync(response, 400);
        var errors = problem.GetProperty("errors");
        Assert.Equal(200, errors.EnumerateObject().Sum(error => error.Value.GetArrayLength()));
        foreach (var name in new[] { "sku", "quantity", "unitPrice" })
        {
            Assert.True(errors.TryGetProperty($"$.order.lines[65].{name}", out _));
        }

        Assert.Equal(more, problem.TryGetProperty("detail", out var detail) ? detail.GetString() : "");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_than_192_KB_are_a_413(bool hasLength)
    {
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes($"{{\"x\":\"{new string('x', 300 * 1024)}\"}}"));
        body.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/orders") { Content = body };
        request.Headers.TransferEncodingChunked = !hasLength;
        using var response = await _system.Http.SendAsync(request);

        await AssertProblemAsync(response, 413);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Another_content_type_is_a_415(string contentType)
    {
        using var response = await _system.PostAsync("api/orders", Samples.Utf8(), contentType);

        await AssertProblemAsync(response, 415);
    }

    [Fact]
    public async Task A_batch_is_accepted_whole_or_not_at_all()
    {
        var good = Encoding.UTF8.GetString(Samples.Utf8());
        using var refused = await _system.PostAsync("api/orders/batch", $"[{good},{{\"order\":{{}}}}]");

        var errors = (await AssertProblemAsync(refused, 400)).GetProperty("errors");
        Assert.True(errors.TryGetProperty("$[1].occurredAt", out _));
        Assert.Empty(_system.BusyQueues);

        using var accepted = await _system.PostAsync(
            "api/orders/batch",
            $"[{good},{Encoding.UTF8.GetString(Samples.Utf8(json => json["order"]!["id"] = "1002"))}]"
        );
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal(2, (await LocalSystem.ReadAsync(accepted)).GetProperty("accepted").GetInt32());
        await _system.IdleAsync();
        Assert.Equal(2 * Samples.ProviderNames.Length, _system.Sandbox.Received().Count);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    public async Task A_batch_is_an_array_of_one_or_more(string body)
    {
        using var response = await _system.PostAsync("api/orders/batch", body);
        await AssertProblemAsync(response, 400);
    }

    [Fact]
    public async Task A_batch_of_501_is_refused()
    {
        using var response = await _system.PostAsync(
            "api/orders/batch",
            $"[{string.Join(',', Enumerable.Repeat("{}", 501))}]"
        );
        Assert.Contains("1 to 500", (await AssertProblemAsync(response, 400)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_shows_what_would_be_sent_without_credentials_and_sends_nothing()
    {
        using var response = await _system.PostAsync("api/orders/preview", Samples.Utf8());

        var text = await response.Content.ReadAsStringAsync();
        var providers = JsonElement
            .Parse(text)
            .GetProperty("providers")
            .EnumerateArray()
            .ToDictionary(p => p.GetProperty("provider").GetString()!);
        Assert.Equal(
            "Basic ***",
            providers["duel"].GetProperty("request").GetProperty("headers").GetProperty("Authorization").GetString()
        );
        Assert.Equal(
            10000,
            providers["retrack"].GetProperty("request").GetProperty("body").GetProperty("orderSum").GetInt32()
        );
        Assert.DoesNotContain("sandbox-duel", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox-retrack", text, StringComparison.Ordinal);
        Assert.Empty(_system.Sandbox.Received());
        using var missing = await _system.Http.GetAsync("api/orders/1001");
        await AssertProblemAsync(missing, 404);
    }

    [Fact]
    public async Task A_preview_gives_the_reason_for_each_skip()
    {
        using var response = await _system.PostAsync(
            "api/orders/preview",
            Samples.Utf8(json => json["order"]!["status"] = "pending")
        );

        var avantLink = (await LocalSystem.ReadAsync(response))
            .GetProperty("providers")
            .EnumerateArray()
            .Single(p => p.GetProperty("provider").GetString() == "avantlink");
        Assert.Equal("not yet paid", avantLink.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_parked_delivery_is_listed_and_replayed()
    {
        _system.Sandbox.InjectFault("katalys", new Fault { Status = 400, Body = "no" });
        using var accepted = await _system.SubmitAsync();
        await _system.IdleAsync();
        var item = Assert.Single(
            (await _system.GetAsync("api/parked?provider=KATALYS&limit=5")).GetProperty("items").EnumerateArray()
        );
        Assert.Equal(
            ("katalys", "1001", "Rejected", 1),
            (
                Text(item, "provider"),
                Text(item, "orderId"),
                Text(item, "reason"),
                item.GetProperty("attempts").GetInt32()
            )
        );
        Assert.Empty((await _system.GetAsync("api/parked?provider=duel")).GetProperty("items").EnumerateArray());

        _system.Sandbox.ClearFault("katalys");
        Assert.Equal((1, 0), await ReplayAsync("""{"provider":"katalys","dryRun":true}"""));
        Assert.Equal((0, 0), await ReplayAsync("""{"orderId":"other"}"""));
        Assert.Equal((1, 1), await ReplayAsync("""{"orderId":"1001","reason":"rejected","max":5}"""));
        await _system.IdleAsync();

        Assert.NotNull(_system.Sandbox.Provider<KatalysApi>().Find("1001"));
        Assert.Empty((await _system.GetAsync("api/parked")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("api/parked?provider=dual", "provider")]
    [InlineData("api/parked?limit=0", "limit")]
    [InlineData("api/parked?limit=many", "limit")]
    [InlineData("api/parked?providr=duel", "providr")]
    [InlineData("api/parked?next=x", "next")]
    [InlineData("api/parked?next=1x", "next")]
    [InlineData("api/parked?next=-1", "next")]
    [InlineData("api/parked?next=1&next=2", "next")]
    [InlineData("api/parked?next=9223372036854775807", "next")]
    [InlineData("api/parked?next=9223372036854775808", "next")]
    public async Task A_wrong_parameter_is_named(string path, string name)
    {
        using var response = await _system.Http.GetAsync(path);
        Assert.True((await AssertProblemAsync(response, 400)).GetProperty("errors").TryGetProperty(name, out _));
    }

    [Theory]
    [InlineData("""{"provider":"dual","max":0,"dryRun":"yes","all":true}""", 4)]
    [InlineData("[]", 1)]
    [InlineData("{", 1)]
    public async Task A_wrong_replay_is_refused_with_all_that_is_wrong(string body, int errors)
    {
        using var response = await _system.PostAsync("api/parked/replay", body);
        Assert.Equal(errors, (await AssertProblemAsync(response, 400)).GetProperty("errors").EnumerateObject().Count());
    }

    [Fact]
    public async Task The_redirect_page_sets_the_cookie_and_leads_on()
    {
        using var response = await _system.Http.GetAsync(
            "retrack?click=625fae10-1eb0-11eb-adc1-0242ac120002&deeplink=https%3A%2F%2Fwww.store-domain.com%2Fsome-product%3Fa%3Db%26c"
        );

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("https://www.store-domain.com/some-product?a=b&c", response.Headers.Location!.AbsoluteUri);
        Assert.Equal(
            "retrack_click=625fae10-1eb0-11eb-adc1-0242ac120002; max-age=864000; path=/; secure; samesite=lax",
            Assert.Single(response.Headers.GetValues("Set-Cookie"))
        );
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("https://www.store-domain.com.evil.example/")]
    [InlineData("https://www.store-domain.com@evil.example/")]
    [InlineData("https://user@www.store-domain.com/")]
    [InlineData("//www.store-domain.com/")]
    [InlineData("/some-product")]
    [InlineData("javascript:alert(1)//www.store-domain.com")]
    [InlineData("https:\\\\evil.example\\www.store-domain.com")]
    [InlineData("")]
    public async Task The_redirect_page_leads_to_no_other_host(string deeplink)
    {
        using var response = await _system.Http.GetAsync(
            $"retrack?click=625fae10-1eb0-11eb-adc1-0242ac120002&deeplink={Uri.EscapeDataString(deeplink)}"
        );

        await AssertProblemAsync(response, 400);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task The_redirect_page_wants_a_uuid_as_click()
    {
        using var response = await _system.Http.GetAsync(
            "retrack?click=x%0d%0aSet-Cookie:a=b&deeplink=https://www.store-domain.com/"
        );
        await AssertProblemAsync(response, 400);
    }

    [Theory]
    [InlineData("deeplink=https://www.store-domain.com/a&deeplink=https://www.store-domain.com/b", "deeplink")]
    [InlineData("deeplink=https://www.store-domain.com/&click=625fae10-1eb0-11eb-adc1-0242ac120002", "click")]
    public async Task The_redirect_page_chooses_none_of_two_values(string more, string name)
    {
        using var response = await _system.Http.GetAsync($"retrack?click=625fae10-1eb0-11eb-adc1-0242ac120002&{more}");

        var errors = (await AssertProblemAsync(response, 400)).GetProperty("errors");
        Assert.Equal(name, Assert.Single(errors.EnumerateObject()).Name);
        Assert.Contains("once", errors.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "nothing", 404)]
    [InlineData("GET", "api/orders", 405)]
    [InlineData("POST", "api/returns", 405)]
    [InlineData("DELETE", "api/orders/1", 405)]
    public async Task What_is_no_route_is_a_problem_too(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _system.Http.SendAsync(request);
        await AssertProblemAsync(response, status);
    }

    [Fact]
    public async Task Health_tells_that_it_lives_and_is_ready()
    {
        Assert.Equal("live", Text(await _system.GetAsync("health/live"), "status"));
        Assert.Equal("ready", Text(await _system.GetAsync("health/ready"), "status"));
    }

    [UnixFact]
    public async Task A_data_folder_that_was_deleted_is_a_503_and_health_says_why()
    {
        using var accepted = await _system.SubmitAsync();
        await _system.IdleAsync();
        var folder = _system.Host.Services.GetRequiredService<LocalOptions>().Folder();
        Directory.Delete(folder, recursive: true);

        using var refused = await _system.SubmitAsync(json => json["order"]!["id"] = "1002");
        using var health = await _system.Http.GetAsync("health/ready");

        await AssertProblemAsync(refused, 503);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains(
            "deleted, moved or replaced",
            await health.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        Directory.CreateDirectory(folder);
    }

    [Theory]
    [InlineData("a/b?c#d é")]
    [InlineData("a%2Fb")]
    [InlineData("100%")]
    [InlineData("preview")]
    public async Task An_order_id_with_any_letters_has_its_page(string orderId)
    {
        using var accepted = await _system.SubmitAsync(json => json["order"]!["id"] = orderId);
        await _system.IdleAsync();

        var answer = await _system.GetAsync(Text(await LocalSystem.ReadAsync(accepted), "status")!);
        Assert.Equal(orderId, Text(answer, "orderId"));
    }

    [Fact]
    public async Task Two_orders_whose_ids_differ_by_an_escaped_slash_have_a_page_each()
    {
        foreach (var id in new[] { "a/b", "a%2Fb", "c/d" })
        {
            using var accepted = await _system.SubmitAsync(json => json["order"]!["id"] = id);
        }

        await _system.IdleAsync();

        Assert.Equal("a/b", Text(await _system.GetAsync("api/orders/a%2Fb?code=k"), "orderId"));
        Assert.Equal("a%2Fb", Text(await _system.GetAsync("api/orders/a%252Fb"), "orderId"));
        using var other = await _system.Http.GetAsync("api/orders/c%252Fd");
        await AssertProblemAsync(other, 404);
    }

    [Theory]
    [InlineData("1001", "1001")]
    [InlineData("a/b?c#d é", "a%2Fb%3Fc%23d%20%C3%A9")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("memory", "memory")]
    public async Task What_is_remembered_of_an_order_is_erased_and_its_record_stays(string orderId, string inPath)
    {
        using var accepted = await _system.SubmitAsync(json => json["order"]!["id"] = orderId);
        await _system.IdleAsync();
        var ledger = _system.Host.Services.GetRequiredService<ILedger>();
        Assert.Contains(await ledger.ListAsync(orderId, default), entry => entry.Memory is { IsPersonal: true });

        for (var time = 0; time < 2; time++)
        {
            using var answer = await _system.Http.DeleteAsync($"api/orders/{inPath}/memory");
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }

        var entries = await ledger.ListAsync(orderId, default);
        Assert.All(entries, entry => Assert.Equal((false, null), (entry.Memory!.IsPersonal, entry.Incomplete)));
        Assert.Equal(
            Samples.ProviderNames.Length,
            (await _system.GetAsync($"api/orders/{inPath}")).GetProperty("deliveries").GetArrayLength()
        );
    }

    [Fact]
    public async Task Of_an_order_that_nobody_knows_nothing_is_erased()
    {
        using var answer = await _system.Http.DeleteAsync("api/orders/unknown/memory");
        await AssertProblemAsync(answer, 404);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<(int Matched, int Replayed)> ReplayAsync(string body)
    {
        using var response = await _system.PostAsync("api/parked/replay", body);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var answer = await LocalSystem.ReadAsync(response);
        return (answer.GetProperty("matched").GetInt32(), answer.GetProperty("replayed").GetInt32());
    }

    private static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(text);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }
}
