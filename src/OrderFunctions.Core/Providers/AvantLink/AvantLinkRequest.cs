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
        if (!IsWebAddress(orderEvent.Attribution?.PageUrl))
        {
            yield return "attribution.pageUrl (an absolute URL)";
        }

        if (orderEvent.Attribution?.UserAgent is null)
        {
            yield return "attribution.userAgent";
        }

        if (orderEvent.Order.EffectiveAddress.Country is null)
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
        var (order, attribution) = (orderEvent.Order, orderEvent.Attribution ?? Attribution.None);
        var address = order.HasShippingAddress ? "order.shippingAddress" : "order.billingAddress";
        var fields = new List<(string Name, string? Value)>
        {
            ("order.id", order.Id),
            ($"{address}.country", order.EffectiveAddress.Country),
            ($"{address}.region", order.EffectiveAddress.Region),
            ($"{address}.state", order.EffectiveAddress.State),
            ("attribution.avantLinkToken", attribution.AvantLinkToken),
            ("attribution.userAgent", attribution.UserAgent),
            ("attribution.googleClickId", attribution.GoogleClickId),
            ("attribution.customTrackingCode", attribution.CustomTrackingCode),
        };
        fields.AddRange(order.Codes.Select(code => ("order.discounts", (string?)code)));
        fields.AddRange(order.Lines.Select(line => ("order.lines", (string?)line.SkuOrName)));
        return fields.Where(field => PersonalData.HasEmail(field.Value)).Select(field => field.Name).Distinct();
    }

    private static byte[] Body(OrderEvent orderEvent)
    {
        var (order, attribution) = (orderEvent.Order, orderEvent.Attribution ?? Attribution.None);
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
                    json.Number("order_amount_subtotal", order.InMajorUnits(order.Goods));
                    json.Text("currency", order.Currency);
                    json.Texts("coupon_codes", order.Codes);
                    json.Child(
                        "customer",
                        () =>
                        {
                            json.WriteBoolean("new_customer", IsNew(order.Customer));
                            json.Text("country", order.EffectiveAddress.Country);
                            json.WriteString("region", order.EffectiveAddress.Region ?? "");
                            json.WriteString("state", order.EffectiveAddress.State ?? "");
                        }
                    );
                    json.Children(
                        "products",
                        Basket.Of(order).Items.Where(item => item.Quantity > 0),
                        item =>
                        {
                            json.WriteString("product_sku", item.Line.SkuOrName);
                            json.WriteNumber("product_amount", order.FromMinorUnits(item.Price));
                            json.WriteNumber("quantity", item.Quantity);
                        }
                    );
                }
            );
        });
    }

    // "true if first-time buyer": the field is required, and of an unknown customer that can't be said.
    private static bool IsNew(Customer customer) => customer.IsNew ?? customer.OrderCount is <= 1;

    private static bool IsWebAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https");
}
