using System.Text.Json;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Redaction;

namespace OrderFunctions.Providers.AvantLink;

/// <summary>
/// POST /merchants/{merchant_id}/tracking/order (seeds: avantlink-order-tracking, Field Reference) and .../tracking/click
/// (public page Server-to-Server Integration: Click Tracking): an order's body without the order.
/// </summary>
internal static class AvantLinkRequest
{
    public static ProviderRequest Order(OrderEvent orderEvent, AvantLinkOptions options) =>
        Post("create", "order", Body(orderEvent), options);

    public static ProviderRequest Click(Click click, AvantLinkOptions options) =>
        Post("click", "click", JsonBody.Write(json => WriteVisit(json, click.Visit)), options);

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
        };
        var codesAndLines = order
            .Codes.Select(code => ("order.discounts", (string?)code))
            .Concat(order.Lines.Select(line => ("order.lines", (string?)line.SkuOrName)));
        return WithEmail(fields)
            .Concat(PersonalFields(attribution, "attribution."))
            .Concat(WithEmail(codesAndLines))
            .Distinct();
    }

    /// <summary>The same of a visit.</summary>
    /// <param name="path">What stands before the fields' names.</param>
    public static IEnumerable<string> PersonalFields(Attribution visit, string path) =>
        WithEmail([
            ($"{path}avantLinkToken", visit.AvantLinkToken),
            ($"{path}userAgent", visit.UserAgent),
            ($"{path}pageUrl", PageUrl(visit)),
            ($"{path}referrerUrl", ReferrerUrl(visit)),
            ($"{path}googleClickId", visit.GoogleClickId),
            ($"{path}customTrackingCode", visit.CustomTrackingCode),
        ]);

    private static IEnumerable<string> WithEmail(IEnumerable<(string Name, string? Value)> fields) =>
        fields.Where(field => PersonalData.HasEmail(field.Value)).Select(field => field.Name);

    private static ProviderRequest Post(string purpose, string what, byte[] body, AvantLinkOptions options) =>
        new(purpose, HttpMethod.Post, $"merchants/{options.MerchantId:D}/tracking/{what}", new Credential.None(), body)
        {
            UserAgent = options.UserAgent,
        };

    private static byte[] Body(OrderEvent orderEvent)
    {
        var (order, attribution) = (orderEvent.Order, orderEvent.Attribution ?? Attribution.None);
        return JsonBody.Write(json =>
        {
            WriteVisit(json, attribution);
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

    private static void WriteVisit(Utf8JsonWriter json, Attribution visit)
    {
        json.Text("current_url", PageUrl(visit));
        json.Child(
            "tracking_ids",
            () =>
            {
                json.Texts("user_id", visit.UserIds.Select(PersonalData.HashedIfEmail));
                json.Texts("visitor_id", visit.VisitorIds.Select(PersonalData.HashedIfEmail));
                json.WriteString("avantlink_avad", visit.AvantLinkToken ?? "");
            }
        );
        json.Text("user_agent", visit.UserAgent);
        json.Text("user_ip_address", visit.IpAddress);
        json.WriteString("referrer_url", ReferrerUrl(visit));
        json.Text("google_click_id", visit.GoogleClickId);
        json.Text("custom_tracking_code", visit.CustomTrackingCode);
    }

    private static string PageUrl(Attribution visit) => PersonalData.WithoutEmails(visit.PageUrl!);

    // Listed both as required and as optional: sent empty when unknown.
    private static string ReferrerUrl(Attribution visit) =>
        IsWebAddress(visit.ReferrerUrl) ? PersonalData.WithoutEmails(visit.ReferrerUrl!) : "";

    // "true if first-time buyer": the field is required, and of an unknown customer that can't be said.
    private static bool IsNew(Customer customer) => customer.IsNew ?? customer.OrderCount is <= 1;

    private static bool IsWebAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https");
}
