using OrderFunctions.Http;
using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts.WooCommerce;

/// <summary>WooCommerce's order webhooks (REST API v3: Orders, Webhooks).</summary>
public sealed class WooCommerceStorefront(WooCommerceOptions options) : Storefront
{
    internal const string Deleted = "order.deleted";

    private const string ConsumerKey = "woocommerce-consumer-key";
    private const string ConsumerSecret = "woocommerce-consumer-secret";

    public override string Name => "woocommerce";

    public override WooCommerceOptions Options => options;

    public override IReadOnlyList<string> SignatureHeaders { get; } = ["X-WC-Webhook-Signature"];

    public override IReadOnlyList<string> TopicHeaders { get; } = ["X-WC-Webhook-Topic"];

    public override IReadOnlyList<string> ShopHeaders { get; } = ["X-WC-Webhook-Source"];

    /// <summary>Of 60 seconds. It does not send again what was not taken.</summary>
    public override TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public override bool SendsPing => true;

    // WordPress keeps some of the secret's letters as HTML has them, and turns them back before it signs.
    public override string SigningKey(string secret) =>
        secret
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal)
            .Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&#039;", "'", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal);

    protected override bool IsOrderTopic(string topic) =>
        topic is "order.created" or "order.updated" or "order.restored" or Deleted;

    private protected override string? IgnoredReason(Payload order) =>
        order.Text("status") is "checkout-draft" or "draft" or "auto-draft" ? IgnoredBecause.Draft : null;

    /// <summary>REST API v3, Order refunds: "List all refunds"; 100 is the most that a page has.</summary>
    public override Uri? RefundsUrl(string orderId, string? shop) =>
        // WooCommerce's ids are numbers; '..' would ask for something else.
        options.ApiUrlOf(shop)
            is { } url
        && orderId.All(char.IsAsciiDigit)
            ? new Uri($"{$"{url}".TrimEnd('/')}/wp-json/wc/v3/orders/{orderId}/refunds?per_page=100")
            : null;

    public override (string User, string Password)? ApiSecrets(string? shop) =>
        options.ApiUrlOf(shop) is null ? null
        : shop is null ? (ConsumerKey, ConsumerSecret)
        : ($"{ConsumerKey}-{shop}", $"{ConsumerSecret}-{shop}");

    private protected override IReadOnlyList<string?> UnexplainedRefunds(Payload order) =>
        [.. order.Items("refunds").Select(refund => refund.Text("id"))];

    private protected override OrderEvent? Map(
        Payload order,
        IReadOnlyList<Payload>? refunds,
        string? topic,
        string? shop,
        DateTimeOffset receivedAt
    ) => new WooCommerceOrder(order, refunds, options, shop).Event(isDeleted: topic == Deleted, receivedAt);
}

/// <summary>Webhooks__WooCommerce__...</summary>
public sealed class WooCommerceOptions : WebhookOptions
{
    /// <summary>The shop's address, if its REST API may be asked what came back of an order; null: it is estimated.</summary>
    public Uri? ApiUrl { get; set; }

    /// <summary>The same of further shops, each as name=https://shop.example: a name in a setting's own name may have no dash everywhere.</summary>
    public string[] ShopApiUrls { get; set; } = [];

    protected internal override IReadOnlyList<string> OrderIds { get; } = ["id", "number"];

    /// <param name="shop">The further shop; null: the first one.</param>
    internal Uri? ApiUrlOf(string? shop) =>
        shop is null
            ? ApiUrl
            : ShopApiUrls.Select(Parts).Where(each => each.Shop == shop).Select(each => each.Url).FirstOrDefault();

    protected internal override IEnumerable<string> Problems(string name)
    {
        // The key goes with every call.
        if (ApiUrl is not null && !IsAddress(ApiUrl))
        {
            yield return $"{name}__ApiUrl is '{ApiUrl}'; it must be the shop's https address, such as https://shop.example.";
        }
        else if (ApiUrl is not null && OutgoingAddress.IsReserved(ApiUrl))
        {
            yield return $"{name}__ApiUrl {OutgoingAddress.Reserved}";
        }

        foreach (var (index, text) in ShopApiUrls.Index())
        {
            var (shop, url) = Parts(text);
            if (!Shops.Contains(shop))
            {
                yield return $"{name}__ShopApiUrls__{index} is '{text}'; it must begin with the name of a shop that {name}__Shops has, such as outlet=https://shop.example.";
            }
            else if (url is null || !IsAddress(url))
            {
                yield return $"{name}__ShopApiUrls__{index} is '{text}'; behind the name must stand the shop's https address, such as {shop}=https://shop.example.";
            }
            else if (OutgoingAddress.IsReserved(url))
            {
                yield return $"{name}__ShopApiUrls__{index} {OutgoingAddress.Reserved}";
            }
        }
    }

    private static (string Shop, Uri? Url) Parts(string text) =>
        text.Split('=', 2, StringSplitOptions.TrimEntries) is [var shop, var address]
            ? (shop, Uri.TryCreate(address, UriKind.Absolute, out var url) ? url : null)
            : (text.Trim(), null);

    private static bool IsAddress(Uri url) =>
        OutgoingAddress.IsSecure(url) && url is { Query: "", Fragment: "", UserInfo: "" };
}
