using System.Text.Json;
using OrderFunctions.Sandbox.Fields;

namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>
/// The body of an order (seeds: avantlink-order-tracking). Where the samples differ from the field table (amounts
/// and quantities of products as strings), the table counts. referrer_url stands among the required and among the
/// optional fields: it may be left out or empty.
/// </summary>
internal static class AvantLinkFields
{
    /// <summary>The order; of use only when no problem was added.</summary>
    public static AvantLinkOrder Read(JsonElement body, List<string> problems)
    {
        var fields = new ObjectReader(body, "", problems);
        Address(fields, "current_url", Need.Required);
        TrackingIds(fields, problems);
        fields.Text("user_agent", Need.Required);
        Address(fields, "referrer_url", Need.Optional);
        fields.Text("user_ip_address", Need.Optional, mayBeBlank: true);
        fields.Text("google_click_id", Need.Optional, mayBeBlank: true);
        fields.Text("custom_tracking_code", Need.Optional, mayBeBlank: true);
        var order = Order(fields.Nested("order", Need.Required), body);
        fields.RefuseUnknown();
        PersonalInformation.Refuse(body, "", problems);
        return order;
    }

    private static void Address(ObjectReader fields, string name, Need need)
    {
        var mayBeBlank = need == Need.Optional;
        if (fields.Text(name, need, mayBeBlank) is not { } text || (mayBeBlank && text.Length == 0))
        {
            return;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            fields.Refuse(name, "be an absolute http or https address");
        }
    }

    private static void TrackingIds(ObjectReader fields, List<string> problems)
    {
        IReadOnlyList<string> ids = [];
        if (fields.Nested("tracking_ids", Need.Required) is { } tracking)
        {
            ids =
            [
                .. tracking.Texts("user_id", Need.Required, mayBeBlank: true) ?? [],
                .. tracking.Texts("visitor_id", Need.Required, mayBeBlank: true) ?? [],
                tracking.Text("avantlink_avad", Need.Required, mayBeBlank: true) ?? "",
            ];
            tracking.RefuseUnknown();
        }

        if (ids.All(string.IsNullOrWhiteSpace))
        {
            problems.Add(AvantLinkProblems.Blank);
        }
    }

    private static AvantLinkOrder Order(ObjectReader? order, JsonElement body)
    {
        var number = order?.Text("order_number", Need.Required);
        var subtotal = order?.NumberOrText("order_amount_subtotal", Need.Required);
        var currency = order?.Currency("currency", Need.Required);
        order?.Texts("coupon_codes", Need.Required);
        if (order?.Nested("customer", Need.Required) is { } customer)
        {
            customer.Flag("new_customer", Need.Required);
            customer.Text("country", Need.Required);
            customer.Text("region", Need.Required, mayBeBlank: true);
            customer.Text("state", Need.Required, mayBeBlank: true);
            customer.RefuseUnknown();
        }

        foreach (var product in order?.Objects("products", Need.Required) ?? [])
        {
            product.Text("product_sku", Need.Required);
            product.Number("product_amount", Need.Required);
            product.Number("quantity", Need.Required);
            product.RefuseUnknown();
        }

        order?.RefuseUnknown();
        return new AvantLinkOrder(number ?? "", subtotal ?? 0, currency ?? "", body, 0);
    }
}
