using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts.WooCommerce;

/// <summary>WooCommerce's order webhooks (REST API v3: Orders, Webhooks).</summary>
public sealed class WooCommerceStorefront(WooCommerceOptions options) : Storefront
{
    internal const string Deleted = "order.deleted";

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

    private protected override OrderEvent? Map(Payload order, string? topic, string? shop, DateTimeOffset receivedAt) =>
        new WooCommerceOrder(order, options, shop).Event(isDeleted: topic == Deleted, receivedAt);
}

/// <summary>Webhooks__WooCommerce__...</summary>
public sealed class WooCommerceOptions : WebhookOptions
{
    protected internal override IReadOnlyList<string> OrderIds { get; } = ["id", "number"];
}
