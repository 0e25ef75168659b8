using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts.Shopify;

/// <summary>Shopify's order webhooks (shopify.dev: Webhooks; REST Admin API: Order, Refund), versions 2024-10 and later.</summary>
public sealed class ShopifyStorefront(ShopifyOptions options) : Storefront
{
    public override string Name => "shopify";

    public override ShopifyOptions Options => options;

    public override IReadOnlyList<string> SignatureHeaders { get; } = ["X-Shopify-Hmac-Sha256", "Shopify-Hmac-Sha256"];

    public override IReadOnlyList<string> TopicHeaders { get; } = ["X-Shopify-Topic", "Shopify-Topic"];

    public override IReadOnlyList<string> ShopHeaders { get; } = ["X-Shopify-Shop-Domain", "Shopify-Shop-Domain"];

    /// <summary>Of 5 seconds.</summary>
    public override TimeSpan Patience { get; } = TimeSpan.FromSeconds(4);

    // orders/edited tells of the edit only, refunds/create of the refund only; orders/updated follows with the order.
    protected override bool IsOrderTopic(string topic) =>
        topic is "orders/create" or "orders/updated" or "orders/paid" or "orders/cancelled";

    private protected override string? IgnoredReason(Payload order) => order.Flag("test") ? IgnoredBecause.Test : null;

    private protected override OrderEvent? Map(
        Payload order,
        IReadOnlyList<Payload>? refunds,
        string? topic,
        string? shop,
        DateTimeOffset receivedAt
    ) => new ShopifyOrder(order, options, shop).Event();
}
