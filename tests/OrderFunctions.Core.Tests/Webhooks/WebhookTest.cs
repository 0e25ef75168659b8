using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Storefronts;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Webhooks;

/// <summary>The whole system with webhooks of both platforms enabled, and their requests, signed.</summary>
public abstract class WebhookTest : IAsyncLifetime
{
    protected const string ShopifySecret = "shpss_0123456789abcdef";
    protected const string OutletSecret = "shpss_fedcba9876543210";
    protected const string WooCommerceSecret = "K7&'<>\"pzb";

    protected Rig Rig { get; private set; } = null!;

    protected virtual (string Key, string? Value)[] Settings => [];

    public async Task InitializeAsync()
    {
        Rig = await Rig.StartAsync([
            ("Webhooks:Shopify:Enabled", "true"),
            ("Webhooks:WooCommerce:Enabled", "true"),
            .. Settings,
        ]);
        Rig.SecretStore["webhook-shopify"] = ShopifySecret;
        Rig.SecretStore["webhook-shopify-outlet"] = OutletSecret;
        Rig.SecretStore["webhook-woocommerce"] = WooCommerceSecret;
    }

    public async Task DisposeAsync() => await Rig.DisposeAsync();

    /// <summary>samples/webhooks/shopify-order.json, placed and changed now, changed further.</summary>
    protected string Shopify(Action<JsonObject>? change = null) =>
        Payloads
            .Shopify(order =>
            {
                order["created_at"] = Now();
                order["processed_at"] = Now();
                order["updated_at"] = Now();
                change?.Invoke(order);
            })
            .ToJsonString();

    protected string WooCommerce(Action<JsonObject>? change = null) =>
        Payloads
            .WooCommerce(order =>
            {
                order["date_created_gmt"] = Now();
                order["date_modified_gmt"] = Now();
                change?.Invoke(order);
            })
            .ToJsonString();

    protected string Now() => Rig.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <returns>The status of the answer.</returns>
    protected Task<int> PostShopifyAsync(
        string body,
        string topic = "orders/updated",
        string secret = ShopifySecret,
        Action<HttpRequest>? change = null
    ) =>
        PostAsync(
            "shopify",
            Encoding.UTF8.GetBytes(body),
            request =>
            {
                request.Headers["X-Shopify-Hmac-Sha256"] = Sign(body, secret);
                request.Headers["X-Shopify-Topic"] = topic;
                request.Headers["X-Shopify-Shop-Domain"] = "my-shop.myshopify.com";
                change?.Invoke(request);
            }
        );

    /// <returns>The status of the answer.</returns>
    protected Task<int> PostWooCommerceAsync(
        string body,
        string topic = "order.updated",
        Action<HttpRequest>? change = null
    ) =>
        PostAsync(
            "woocommerce",
            Encoding.UTF8.GetBytes(body),
            request =>
            {
                request.Headers["X-WC-Webhook-Signature"] = Sign(body, WooCommerceSecret);
                request.Headers["X-WC-Webhook-Topic"] = topic;
                request.Headers["X-WC-Webhook-Source"] = "https://store.example.com/";
                change?.Invoke(request);
            }
        );

    protected async Task<int> PostAsync(string platform, byte[] body, Action<HttpRequest> change)
    {
        var context = new DefaultHttpContext { RequestServices = Rig.Services };
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = body.Length;
        context.Request.Body = new MemoryStream(body);
        context.Response.Body = new MemoryStream();
        change(context.Request);
        var answer = await Rig.Webhooks.TakeAsync(context.Request, platform, default);
        await answer.ExecuteAsync(context);
        return context.Response.StatusCode;
    }

    protected async Task<ParkedDelivery> ParkedAsync()
    {
        await Rig.DrainAsync();
        return Assert.Single(await Rig.ParkedAsync());
    }

    protected static string Sign(string body, string secret) =>
        Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
}
