using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrderFunctions.Local.Tests;

namespace OrderFunctions.Browser.Tests.Attribution;

/// <summary>
/// A shop and the local host it tells. Its pages are as plain as they can be: each has the script's tag and what the test
/// puts before it.
/// </summary>
public sealed class Shop : IAsyncLifetime
{
    private const string Secret = "webhook-secret";

    private WebApplication _pages = null!;
    private LocalSystem _host = null!;

    /// <summary>By the name localhost: a browser keeps no cookie for an address.</summary>
    public string Url => _pages.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public string HostUrl => _host.Host.Url.AbsoluteUri;

    /// <summary>A script before the tag.</summary>
    public string Head { get; set; } = "";

    public string Tag { get; set; } = "";

    /// <summary>The attributes of Shopify's cart, as the pages' requests made them.</summary>
    public Dictionary<string, string> Cart { get; } = [];

    public List<string> Puts { get; } = [];

    public async Task InitializeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _pages = builder.Build();
        _pages.MapPost("/cart/update.js", UpdateCartAsync);
        _pages.MapGet("/favicon.ico", () => Results.NoContent());
        _pages.MapFallback(
            (HttpRequest request) =>
                Results.Text(
                    $"<!doctype html><title>Shop</title><script>{Head}</script>{Tag}<p>{WebUtility.HtmlEncode(request.Path)}</p>",
                    "text/html",
                    Encoding.UTF8
                )
        );
        await _pages.StartAsync();
        _host = await LocalSystem.StartAsync(
            settings:
            [
                "--Storefront:AllowedOrigins:0",
                Url,
                "--Webhooks:Shopify:Enabled",
                "true",
                "--Credentials:webhook-shopify",
                Secret,
            ]
        );
    }

    public async Task DisposeAsync()
    {
        if (Chromium.Path is not null)
        {
            await _host.DisposeAsync();
            await _pages.DisposeAsync();
        }
    }

    public void Forget()
    {
        Cart.Clear();
        Puts.Clear();
        _host.Sandbox.Clear();
    }

    /// <summary>What AvantLink got at its click or order endpoint.</summary>
    public IReadOnlyList<JsonElement> Received(string endpoint) =>
        [
            .. _host
                .Sandbox.Received("avantlink")
                .Where(call =>
                    call.StatusCode == 200 && call.Path.EndsWith($"/tracking/{endpoint}", StringComparison.Ordinal)
                )
                .Select(call => call.Body!.Value),
        ];

    /// <summary>The same, once it is that many.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReceivedAsync(string endpoint, int count)
    {
        await LocalSystem.UntilAsync(
            () => Received(endpoint).Count >= count,
            () => $"AvantLink got {Received(endpoint).Count} of {count} at {endpoint}"
        );
        return Received(endpoint);
    }

    /// <summary>As Shopify sends an order's webhook.</summary>
    public async Task TellByShopifyAsync(JsonObject order)
    {
        var body = Encoding.UTF8.GetBytes(order.ToJsonString());
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        content.Headers.Add("X-Shopify-Topic", "orders/paid");
        content.Headers.Add("X-Shopify-Shop-Domain", "shop.myshopify.com");
        content.Headers.Add(
            "X-Shopify-Hmac-Sha256",
            Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body))
        );
        using var answer = await _host.Http.PostAsync("webhooks/shopify", content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    // As Shopify does it: an empty value takes the attribute away.
    private async Task<IResult> UpdateCartAsync(HttpRequest request)
    {
        var put = (await JsonNode.ParseAsync(request.Body))!;
        Puts.Add(put.ToJsonString());
        foreach (var (name, value) in put["attributes"]!.AsObject())
        {
            Cart[name] = value!.GetValue<string>();
            if (Cart[name].Length == 0)
            {
                Cart.Remove(name);
            }
        }

        return Results.Json(new { attributes = Cart });
    }
}
