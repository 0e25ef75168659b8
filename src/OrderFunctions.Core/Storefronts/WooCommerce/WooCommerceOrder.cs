using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts.WooCommerce;

/// <summary>From WooCommerce's order to an order event. What its documents leave open is listed in docs/storefronts.md.</summary>
/// <param name="details">What came back, refund by refund, by the shop's API; null: it is estimated.</param>
internal sealed class WooCommerceOrder(
    Payload order,
    IReadOnlyList<Payload>? details,
    WooCommerceOptions options,
    string? shop
)
{
    private readonly IReadOnlyList<Payload> _refunds = order.Items("refunds");

    /// <returns>The event without its id; null where the payload's problems say why there is none.</returns>
    public OrderEvent? Event(bool isDeleted, DateTimeOffset receivedAt)
    {
        if (order.Has("code") && order.Has("message") && !order.Has("id"))
        {
            order.Problem(
                "code",
                "this is WooCommerce's own error instead of an order: the user who made the webhook may be gone; save it again as another"
            );
            return null;
        }

        return isDeleted ? Deleted(receivedAt) : Standing();
    }

    // All that is said of it is its id; when it happened nobody says.
    private OrderEvent? Deleted(DateTimeOffset receivedAt)
    {
        if (options.OrderId != "id")
        {
            order.Problem(
                options.OrderId,
                "is not told of a deleted order, and Webhooks__WooCommerce__OrderId makes it the order's id: cancel the order, and WooCommerce tells of it whole"
            );
            return null;
        }

        return Id() is { } id
            ? new OrderEvent("", receivedAt, Providers: null, Cancelled(id), Attribution: null)
            : null;
    }

    private static Order Cancelled(string id) =>
        new(
            id,
            Alias: null,
            OrderStatus.Cancelled,
            PlacedAt: null,
            Currency: null,
            Total: null,
            TotalBeforeDiscounts: null,
            Tax: null,
            Shipping: 0,
            ShippingTax: 0,
            Fees: 0,
            Discounts: [],
            InStore: false,
            Customer.Unknown,
            Orders.Address.Unknown,
            BillingAddress: null,
            Lines: [],
            new Loyalty(null, null, null)
        );

    private OrderEvent? Standing()
    {
        var id = Id();
        var occurredAt = order.Time("date_modified_gmt") ?? order.Time("date_created_gmt");
        if (occurredAt is null)
        {
            order.Problem("date_modified_gmt", "is missing");
        }

        if (WooCommerceAmounts.Of(order, details) is not { } amounts || id is null || occurredAt is null)
        {
            return null;
        }

        var status = Status(amounts.Total);
        return new OrderEvent(
            "",
            Storefront.MomentOf(occurredAt.Value, _refunds.Count),
            Providers: null,
            (status.IsVoid() ? amounts.Void() : amounts.Rounded()).Order(
                id,
                order.Text("number", 128),
                status,
                order.Time("date_created_gmt"),
                inStore: false,
                new Customer(
                    order.Text("customer_id", 256) is { } customer && customer != "0" ? customer : null,
                    order.Child("billing").Text("email", 320),
                    IsNew: null,
                    OrderCount: null
                ),
                Address("shipping"),
                Address("billing") is var billing && billing == Orders.Address.Unknown ? null : billing
            ),
            Attribution()
        );
    }

    // Shops count their orders alike: of a further shop the name stands in front.
    private string? Id() =>
        order.RequiredText(options.OrderId, 128) is { } id ? (shop is null ? id : $"{shop}-{id}") : null;

    private OrderStatus Status(decimal total)
    {
        var isPaid = order.Has("date_paid_gmt");
        var status = order.Text("status") switch
        {
            "pending" or "on-hold" => OrderStatus.Pending,
            "processing" or "completed" => OrderStatus.Paid,
            "refunded" => OrderStatus.Refunded,
            "cancelled" or "trash" or "deleted" => OrderStatus.Cancelled,
            // What was never paid can still be.
            "failed" => isPaid ? OrderStatus.Cancelled : OrderStatus.Pending,
            // A plugin's own.
            _ => isPaid ? OrderStatus.Paid : OrderStatus.Pending,
        };
        return status == OrderStatus.Paid && _refunds.Count > 0
            ? (total == 0 ? OrderStatus.Refunded : OrderStatus.PartiallyRefunded)
            : status;
    }

    private Address Address(string name)
    {
        var address = order.Child(name);
        return new Address(
            address.Text("city", 256),
            Region: null,
            address.Text("state", 256),
            address.Text("postcode", 256),
            address.Text("country", 256)
        );
    }

    private Attribution Attribution()
    {
        var meta = order.Items("meta_data");
        var landing = Meta("_wc_order_attribution_session_entry");
        var clicks = new Clicks(name => Meta($"_of_{name}"), landing);
        return new Attribution(
            UserIds: [],
            clicks.VisitorIds,
            clicks.AvantLinkToken,
            clicks.RetrackClick,
            clicks.Affiliate,
            order.Text("customer_user_agent") ?? Meta("_wc_order_attribution_user_agent"),
            order.IpAddress("customer_ip_address"),
            clicks.PageUrl ?? landing,
            Meta("_wc_order_attribution_referrer"),
            clicks.GoogleClickId,
            CustomTrackingCode: null
        );

        string? Meta(string key) => meta.LastOrDefault(each => each.Text("key") == key)?.Text("value");
    }
}
