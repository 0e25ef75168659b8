namespace OrderFunctions.Storefronts.Shopify;

/// <summary>Webhooks__Shopify__...</summary>
public sealed class ShopifyOptions : WebhookOptions
{
    /// <summary>Which of the two amounts that Shopify states of everything is told: one for all events of an order.</summary>
    public ShopifyMoney Money { get; set; }

    protected internal override IReadOnlyList<string> OrderIds { get; } = ["id", "name", "order_number"];
}

/// <summary>Whose currency amounts are in.</summary>
public enum ShopifyMoney
{
    /// <summary>The shop's own.</summary>
    Shop,

    /// <summary>The one that the shopper saw.</summary>
    Presentment,
}
