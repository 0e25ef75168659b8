using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Endpoints;
using OrderFunctions.Endpoints.Pages;
using OrderFunctions.Gallery;
using OrderFunctions.Sandbox.Duel;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Endpoints;

/// <summary>GET /gallery (seeds: duel-open-api, Assets), against the sandbox's Duel.</summary>
public sealed class GalleryTests : IAsyncLifetime
{
    private const string Shop = "https://shop.example";

    private Rig _rig = null!;

    public async Task InitializeAsync() => _rig = await StartAsync();

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData("", "jacket.mp4 mug-blue-1.jpg spring.png")]
    [InlineData("?sku=mug-blue", "jacket.mp4 mug-blue-1.jpg")]
    [InlineData("?sku=MUG-BLUE", "")]
    [InlineData("?source=operator", "spring.png")]
    [InlineData("?type=image", "mug-blue-1.jpg spring.png")]
    [InlineData("?type=video/mp4", "jacket.mp4")]
    [InlineData("?sku=mug-blue&source=ugc&type=image", "mug-blue-1.jpg")]
    [InlineData("?limit=1", "jacket.mp4")]
    public async Task Assets_are_filtered_and_the_newest_come_first(string query, string files)
    {
        var (response, json) = await GetAsync(query);

        Assert.Equal(200, response.StatusCode);
        Assert.Equal(files, string.Join(' ', Files(json)));
        Assert.Equal("Origin", $"{response.Headers.Vary}");
        Assert.Equal(Shop, $"{response.Headers.AccessControlAllowOrigin}");
    }

    [Fact]
    public async Task Every_documented_attribute_is_there_but_for_the_member_unless_that_is_asked_for()
    {
        const string attributes = "fileUrl fileType date source taskId productSkus socialPostDomain socialPostUrl";
        var (_, json) = await GetAsync("?sku=mug-blue&type=image");
        await _rig.DisposeAsync();
        _rig = await StartAsync(("Gallery:MemberIds", "true"));
        var (_, withMember) = await GetAsync("?sku=mug-blue&type=image");

        Assert.Equal(attributes, string.Join(' ', Names(json)));
        Assert.Equal(
            attributes.Replace("taskId", "taskId memberId", StringComparison.Ordinal),
            string.Join(' ', Names(withMember))
        );
        Assert.Equal("member-42", withMember.GetProperty("items")[0].GetProperty("memberId").GetString());

        static IEnumerable<string> Names(JsonElement json) =>
            json.GetProperty("items")[0].EnumerateObject().Select(each => each.Name);
    }

    [Fact]
    public async Task Duel_is_asked_with_the_Bearer_token_once_in_ten_minutes_however_many_pages_ask()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync()));
        _rig.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await GetAsync();
        Assert.Equal(["GET api/v1/assets -> 200"], _rig.Calls("duel"));

        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        await GetAsync();

        Assert.Equal(2, _rig.Calls("duel").Count);
        Assert.All(
            _rig.Sandbox.State.Received("duel"),
            call => Assert.Equal("Bearer ***", call.Headers["Authorization"])
        );
    }

    [Theory]
    [InlineData(503, "down")]
    [InlineData(200, "{\"data\":[]}")]
    [InlineData(200, "<html>")]
    [InlineData(302, "")]
    public async Task While_Duel_cannot_be_had_the_last_good_answer_is_served_and_Duel_is_left_alone_for_5_minutes(
        int status,
        string body
    )
    {
        await GetAsync();
        _rig.Sandbox.State.InjectFault("duel", new Fault { Status = status, Body = body });
        for (var minute = 0; minute < 14; minute++)
        {
            _rig.Time.Advance(TimeSpan.FromMinutes(1));
            var (response, json) = await GetAsync();
            Assert.Equal((200, 3), (response.StatusCode, Files(json).Count()));
        }

        Assert.Equal(2, _rig.Calls("duel").Count);
        Assert.Contains("gallery.failed", _rig.Log.ToString(), StringComparison.Ordinal);
        _rig.Sandbox.State.ClearFault("duel");
        _rig.Sandbox.State.Provider<DuelApi>().Assets = [];
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        var (_, renewed) = await GetAsync();
        Assert.Empty(Files(renewed));
    }

    [Fact]
    public async Task While_Duel_does_not_answer_a_page_waits_two_seconds_and_gets_the_last_good_answer()
    {
        await GetAsync();
        _rig.Sandbox.State.InjectFault("duel", new Fault { Hang = true });
        _rig.Time.Advance(TimeSpan.FromMinutes(10));

        var asking = GetAsync();
        Assert.False(asking.IsCompleted);
        _rig.Time.Advance(AssetGallery.Patience);
        var (response, json) = await asking;

        Assert.Equal((200, 3), (response.StatusCode, Files(json).Count()));
    }

    [Fact]
    public async Task Before_Duel_has_ever_answered_a_page_is_asked_to_come_again()
    {
        _rig.Sandbox.State.InjectFault("duel", new Fault { Status = 500, Body = "member-42 alex@example.com" });

        var (response, json) = await GetAsync();

        Assert.Equal((503, "5"), (response.StatusCode, $"{response.Headers.RetryAfter}"));
        Assert.DoesNotContain("alex", $"{json}{_rig.Log}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_token_is_fetched_anew_at_once()
    {
        await GetAsync();
        _rig.Sandbox.State.Set(DuelApi.Token, "new-token");
        _rig.SecretStore["duel-bearer-token"] = "new-token";
        _rig.Time.Advance(TimeSpan.FromMinutes(1) * 10);
        _rig.Sandbox.State.Provider<DuelApi>().Assets = [];

        var (_, json) = await GetAsync();

        Assert.Empty(Files(json));
    }

    [Fact]
    public async Task Orders_go_first_where_Duel_s_limit_is_reached()
    {
        await _rig.DisposeAsync();
        _rig = await StartAsync(("Providers:duel:RequestsPerMinute", "1"));
        await _rig.TellAsync("duel");

        var (response, _) = await GetAsync();
        Assert.Equal(503, response.StatusCode);
        Assert.Single(_rig.Calls("duel"));

        // The order's permit comes back after a minute.
        _rig.Time.Advance(TimeSpan.FromMinutes(2));
        (response, _) = await GetAsync();
        Assert.Equal(200, response.StatusCode);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"mug-blue\"")]
    [InlineData("[null, 7]")]
    public async Task An_asset_whose_skus_can_not_be_read_is_shown_without_any(string skus)
    {
        var assets = $$"""[{ "file_url": "https://assets.example/a.jpg", "product_skus": {{skus}} }]""";
        _rig.Sandbox.State.InjectFault("duel", new Fault { Status = 200, Body = assets });

        var (response, json) = await GetAsync();

        Assert.Equal(200, response.StatusCode);
        Assert.Equal(0, json.GetProperty("items")[0].GetProperty("productSkus").GetArrayLength());
    }

    [Fact]
    public async Task What_a_page_must_not_put_into_an_address_is_left_out()
    {
        var sample = DuelAsset.Samples[0];
        _rig.Sandbox.State.Provider<DuelApi>().Assets =
        [
            sample with
            {
                FileUrl = "javascript:alert(1)",
            },
            sample with
            {
                FileUrl = "/relative.jpg",
            },
            sample with
            {
                FileUrl = "http://assets.example/plain.jpg",
            },
            sample with
            {
                SocialPostUrl = "javascript:alert(1)",
            },
        ];

        var (_, json) = await GetAsync();

        var asset = Assert.Single(json.GetProperty("items").EnumerateArray());
        Assert.False(asset.TryGetProperty("socialPostUrl", out _));
    }

    [Theory]
    [InlineData(Shop, null, 200)]
    [InlineData(null, "same-origin", 200)]
    [InlineData(null, null, 403)]
    [InlineData(null, "cross-site", 403)]
    [InlineData("https://evil.example", null, 403)]
    [InlineData("https://evil.example", "same-origin", 403)]
    public async Task Only_the_shop_s_pages_get_it(string? origin, string? site, int status)
    {
        var (response, _) = await GetAsync("", origin, site);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, _rig.Calls("duel").Count);
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=101", "limit")]
    [InlineData("?source=members", "source")]
    [InlineData("?SKUs=a", "SKUs")]
    public async Task A_wrong_parameter_is_named(string query, string name)
    {
        var (response, json) = await GetAsync(query);

        Assert.Equal(400, response.StatusCode);
        Assert.Equal(name, Assert.Single(json.GetProperty("errors").EnumerateObject()).Name);
    }

    [Fact]
    public async Task A_gallery_that_is_off_is_not_there()
    {
        await _rig.DisposeAsync();
        _rig = await StartAsync(("Gallery:Enabled", "false"));

        Assert.Equal(404, (await GetAsync()).Response.StatusCode);
    }

    [Theory]
    [InlineData("true", 503)]
    [InlineData("false", 200)]
    public async Task Without_its_token_the_app_is_not_ready_where_the_gallery_is_on(string isOn, int status)
    {
        await _rig.DisposeAsync();
        _rig = await StartAsync(("Gallery:Enabled", isOn), ("Providers:Duel:Authentication", "Basic"));
        _rig.SecretStore["duel-bearer-token"] = null;
        var context = new DefaultHttpContext { RequestServices = _rig.Services };
        context.Response.Body = new MemoryStream();

        await (await _rig.Health.ReadyAsync(default)).ExecuteAsync(context);

        Assert.Equal(status, context.Response.StatusCode);
        var answer = System.Text.Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
        Assert.Equal(status == 503, answer.Contains("secret duel-bearer-token", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_gallery_needs_is_checked_at_start()
    {
        var options = new GalleryOptions { Enabled = true };

        Assert.Empty(options.Problems(isDuelEnabled: true, _ => true));
        Assert.Empty(options.Problems(isDuelEnabled: true, hasSecret: null));
        Assert.Contains(
            "Duel is disabled",
            Assert.Single(options.Problems(false, _ => true)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "Credentials__duel-bearer-token is missing",
            Assert.Single(options.Problems(true, _ => false)),
            StringComparison.Ordinal
        );
        options.CacheFor = TimeSpan.FromSeconds(59);
        Assert.StartsWith(
            "Gallery__CacheFor is ",
            Assert.Single(options.Problems(true, null)),
            StringComparison.Ordinal
        );
    }

    private static Task<Rig> StartAsync(params (string, string?)[] settings) =>
        Rig.StartAsync([("Gallery:Enabled", "true"), ("Storefront:AllowedOrigins:0", Shop), .. settings]);

    private static IEnumerable<string> Files(JsonElement json) =>
        json.GetProperty("items")
            .EnumerateArray()
            .Select(asset => asset.GetProperty("fileUrl").GetString()!.Split('/')[^1]);

    private async Task<(HttpResponse Response, JsonElement Json)> GetAsync(
        string query = "",
        string? origin = Shop,
        string? site = null
    )
    {
        var context = new DefaultHttpContext { RequestServices = _rig.Services };
        context.Request.Method = "GET";
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers.Origin = origin;
        context.Request.Headers["Sec-Fetch-Site"] = site;
        context.Response.Body = new MemoryStream();
        var endpoint = _rig.Services.GetRequiredService<GalleryEndpoint>();
        await (await endpoint.ListAsync(context.Request, default)).ExecuteAsync(context);
        return (context.Response, JsonElement.Parse(((MemoryStream)context.Response.Body).ToArray()));
    }
}
