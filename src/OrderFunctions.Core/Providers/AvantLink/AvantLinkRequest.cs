using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Redaction;

namespace OrderFunctions.Providers.AvantLink;

/// <summary>POST /merchants/{merchant_id}/tracking/order (seeds: avantlink-order-tracking, Field Reference).</summary>
internal static class AvantLinkRequest
{
    public static ProviderRequest Order(OrderEvent orderEvent, AvantLinkOptions options) =>
        new(
            "create",
            HttpMethod.Post,
            $"merchants/{options.MerchantId:D}/tracking/order",
            new Credential.None(),
            Body(orderEvent)
        )
        {
            UserAgent = options.UserAgent,
        };

    /// <summary>The fields that AvantLink requires and the event does not have.</summary>
    public static IEnumerable<string> Missing(OrderEvent orderEvent)
    {
        if (!IsWebAddress(orderEvent.Attribution.PageUrl))
        {
            yield return "attribution.pageUrl (an absolute URL)";
        }

        if (orderEvent.Attribution.UserAgent is null)
        {
            yield return "attribution.userAgent";
        }

        if (orderEvent.Order.ShippingAddress.Country is null)
        {
            yield return "order.shippingAddress.country";
        }
    }

    /// <summary>
    /// The fields with an e-mail address that can be neither hashed nor cut out ("Do not send Personal
    /// Information ... in any field").
    /// </summary>
    public static IEnumerable<string> PersonalFields(OrderEvent orderEvent)
    {
        var (order, attribution) = (orderEvent.Order, orderEvent.Attribution);
        var fields = new List<(string Name, string? Value)>
        {
            ("order.id", order.Id),
            ("order.shippingAddress.country", order.ShippingAddress.Country),
            ("order.shippingAddress.region", order.ShippingAddress.Region),
            ("order.shippingAddress.state", order.ShippingAddress.State),
            ("attribution.avantLinkToken", attribution.AvantLinkToken),
            ("attribution.userAgent", attribution.UserAgent),
            ("attribution.googleClickId", attribution.GoogleClickId),
            ("attribution.customTrackingCode", attribution.CustomTrackingCode),
        };
        fields.AddRange(order.Discounts.Select(discount => ("order.discounts", (string?)discount.Code)));
        fields.AddRange(order.Lines.Select(line => ("order.lines", (string?)line.Sku)));
        return fields.Where(field => PersonalData.HasEmail(field.Value)).Select(field => field.Name).Distinct();
    }

    private static byte[] Body(OrderEvent orderEvent)
    {
        var (order, attribution) = (orderEvent.Order, orderEvent.Attribution);
        return JsonBody.Write(json =>
        {
            json.Text("current_url", PersonalData.WithoutEmails(attribution.PageUrl!));
            json.Child(
                "tracking_ids",
                () =>
                {
                    json.Texts("user_id", attribution.UserIds.Select(PersonalData.HashedIfEmail));
                    json.Texts("visitor_id", attribution.VisitorIds.Select(PersonalData.HashedIfEmail));
                    json.WriteString("avantlink_avad", attribution.AvantLinkToken ?? "");
                }
            );
            json.Text("user_agent", attribution.UserAgent);
            json.Text("user_ip_address", attribution.IpAddress);
            // Listed both as required and as optional: sent empty when unknown.
            var referrer = IsWebAddress(attribution.ReferrerUrl) ? attribution.ReferrerUrl! : "";
            json.WriteString("referrer_url", PersonalData.WithoutEmails(referrer));
            json.Text("google_click_id", attribution.GoogleClickId);
            json.Text("custom_tracking_code", attribution.CustomTrackingCode);
            json.Child(
                "order",
                () =>
                {
                    json.WriteString("order_number", order.Id);
                    json.WriteNumber("order_amount_subtotal", order.InMajorUnits(order.Subtotal));
                    json.WriteString("currency", order.Currency);
                    json.Texts(
                        "coupon_codes",
                        order.Discounts.Select(discount => discount.Code).Distinct(StringComparer.Ordinal)
                    );
                    json.Child(
                        "customer",
                        () =>
                        {
                            json.WriteBoolean("new_customer", IsNew(order.Customer));
                            json.WriteString("country", order.ShippingAddress.Country);
                            json.WriteString("region", order.ShippingAddress.Region ?? "");
                            json.WriteString("state", order.ShippingAddress.State ?? "");
                        }
                    );
                    json.Children(
                        "products",
                        order.Lines,
                        line =>
                        {
                            json.WriteString("product_sku", line.Sku);
                            json.WriteNumber("product_amount", order.InMajorUnits(line.UnitPrice));
                            json.WriteNumber("quantity", line.Quantity);
                        }
                    );
                }
            );
        });
    }

    // The field is required; a guest counts as new, as in AvantLink's own shop plugins.
    private static bool IsNew(Customer customer) =>
        customer.IsNew ?? (customer.OrderCount is { } count ? count <= 1 : customer.Id is null);

    private static bool IsWebAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https");
}
