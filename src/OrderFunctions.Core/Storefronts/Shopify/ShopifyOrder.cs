using OrderFunctions.Orders;

namespace OrderFunctions.Storefronts.Shopify;

/// <summary>From Shopify's order to an order event. What Shopify's pages leave open is listed in docs/storefronts.md.</summary>
internal sealed class ShopifyOrder(Payload order, ShopifyOptions options, string? shop)
{
    private readonly IReadOnlyList<Payload> _refunds = order.Items("refunds");

    /// <returns>The event without its id; null where the payload's problems say why there is none.</returns>
    public OrderEvent? Event()
    {
        var id = order.RequiredText(options.OrderId, 128);
        var occurredAt = order.Time("updated_at");
        if (occurredAt is null)
        {
            order.Problem("updated_at", "is missing");
        }

        if (ShopifyAmounts.Of(order, options.Money) is not { } amounts || id is null || occurredAt is null)
        {
            return null;
        }

        var status = Status(amounts.Total);
        amounts = status.IsVoid() ? amounts.Void() : amounts.Rounded();
        return new OrderEvent(
            "",
            Storefront.MomentOf(occurredAt.Value, _refunds.Count),
            Providers: null,
            amounts.Order(
                // Ids are unique over all shops of Shopify's; names and numbers are not.
                shop is null
                || options.OrderId == "id"
                    ? id
                    : $"{shop}-{id}",
                order.Text("name", 128),
                status,
                order.Time("processed_at") ?? order.Time("created_at"),
                inStore: order.Text("source_name") == "pos",
                new Customer(
                    order.Child("customer").Text("id", 256),
                    order.Text("email", 320) ?? order.Text("contact_email", 320),
                    IsNew: null,
                    OrderCount: null
                ),
                Address("shipping_address"),
                Address("billing_address") is var billing && billing == Orders.Address.Unknown ? null : billing
            ),
            Attribution()
        );
    }

    private OrderStatus Status(decimal total)
    {
        if (order.Has("cancelled_at"))
        {
            return OrderStatus.Cancelled;
        }

        var status = order.Text("financial_status") switch
        {
            "paid" => OrderStatus.Paid,
            "partially_refunded" => OrderStatus.PartiallyRefunded,
            "refunded" => OrderStatus.Refunded,
            "voided" => OrderStatus.Cancelled,
            _ => OrderStatus.Pending,
        };
        // Refunded line by line it may stay partially refunded for good.
        var lines = order.Items("line_items");
        var isEmpty = lines.Count > 0 && lines.All(line => line.Count("current_quantity") == 0);
        return !status.IsVoid() && _refunds.Count > 0 && isEmpty && total == 0 ? OrderStatus.Refunded : status;
    }

    private Address Address(string name)
    {
        var address = order.Child(name);
        return new Address(
            address.Text("city", 256),
            address.Text("province", 256),
            address.Text("province_code", 256),
            address.Text("zip", 256),
            address.Text("country_code", 256)
        );
    }

    // All that there will ever be: what no attribute and no landing page says, nobody knows.
    private Attribution Attribution()
    {
        var attributes = order.Items("note_attributes");
        var landing = order.Text("landing_site");
        var clicks = new Clicks(
            name => attributes.LastOrDefault(each => each.Text("name") == $"_{name}")?.Text("value"),
            landing
        );
        var client = order.Child("client_details");
        return new Attribution(
            UserIds: [],
            clicks.VisitorIds,
            clicks.AvantLinkToken,
            clicks.RetrackClick,
            clicks.Affiliate,
            client.Text("user_agent"),
            client.IpAddress("browser_ip") ?? order.IpAddress("browser_ip"),
            clicks.PageUrl ?? Page(landing),
            order.Text("referring_site"),
            clicks.GoogleClickId,
            CustomTrackingCode: null
        );
    }

    // Of the status page only the shop's host is told: the rest has the key to the order.
    private string? Page(string? landing) =>
        Uri.TryCreate(order.Text("order_status_url"), UriKind.Absolute, out var status)
        && status.Scheme is "http" or "https"
        && Uri.TryCreate(new Uri(status.GetLeftPart(UriPartial.Authority)), landing ?? "/", out var page)
        && page.AbsoluteUri.Length <= Payload.LongestText
            ? page.AbsoluteUri
            : null;
}
