using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Hosting;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>Webhooks on the local host, over HTTP.</summary>
public sealed class WebhookTests
{
    private const string Secret = "webhook-secret";

    private static readonly string[] Enabled =
    [
        "--Webhooks:Shopify:Enabled",
        "true",
        "--Webhooks:WooCommerce:Enabled",
        "true",
        "--Credentials:webhook-shopify",
        Secret,
        "--Credentials:webhook-woocommerce",
        Secret,
        "--Local:ApiKey",
        "a-key-that-no-webhook-has",
    ];

    [Fact]
    public async Task Trap_5_an_order_over_plain_http_is_taken_and_not_redirected_which_would_count_as_delivered()
    {
        await using var system = await LocalSystem.StartAsync(settings: Enabled);
        var path = Path.Combine(AppContext.BaseDirectory, "samples", "webhooks", "woocommerce-order.json");
        var payload = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        payload["date_modified_gmt"] = TimeProvider
            .System.GetUtcNow()
            .ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(system, payload.ToJsonString()));

        await system.IdleAsync();
        Assert.All(Samples.ProviderNames, provider => Assert.NotEmpty(system.Sandbox.Received(provider)));
    }

    [Fact]
    public async Task What_can_t_be_mapped_is_in_the_parked_list()
    {
        await using var system = await LocalSystem.StartAsync(settings: Enabled);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(system, """{"id":727}"""));

        await system.IdleAsync();
        system.Http.DefaultRequestHeaders.Add("x-functions-key", "a-key-that-no-webhook-has");
        var parked = Assert.Single(
            (await system.GetAsync("api/parked?orderId=727")).GetProperty("items").EnumerateArray()
        );
        Assert.Contains(
            "woocommerce order.updated of https://store.example.com/, order 727.",
            parked.GetProperty("description").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_platform_that_is_not_enabled_gets_a_404()
    {
        await using var system = await LocalSystem.StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(system, "{}"));
    }

    [Fact]
    public async Task A_platform_that_is_enabled_without_its_secret_stops_the_start()
    {
        var error = await Assert.ThrowsAsync<SettingsException>(() =>
            LocalSystem.StartAsync(
                settings: [.. Enabled, "--Webhooks:Shopify:Shops:0", "outlet", "--Credentials:webhook-woocommerce", ""]
            )
        );

        Assert.Equal(
            [
                "Credentials__webhook-shopify-outlet is missing: Webhooks__Shopify is enabled and needs it.",
                "Credentials__webhook-woocommerce is missing: Webhooks__WooCommerce is enabled and needs it.",
            ],
            error.Problems
        );
    }

    private static async Task<HttpStatusCode> PostAsync(LocalSystem system, string body)
    {
        var utf8 = Encoding.UTF8.GetBytes(body);
        using var content = new ByteArrayContent(utf8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add(
            "X-WC-Webhook-Signature",
            Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), utf8))
        );
        content.Headers.Add("X-WC-Webhook-Topic", "order.updated");
        content.Headers.Add("X-WC-Webhook-Source", "https://store.example.com/");
        using var answer = await system.Http.PostAsync("webhooks/woocommerce", content);
        return answer.StatusCode;
    }
}
