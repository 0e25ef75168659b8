using System.Text.Json;
using OrderFunctions.Sandbox.Json;

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
        Address(fields, "current_url", required: true);
        TrackingIds(fields, problems);
        fields.Text("user_agent", required: true);
        Address(fields, "referrer_url", required: false);
        fields.Text("user_ip_address", mayBeBlank: true);
        fields.Text("google_click_id", mayBeBlank: true);
        fields.Text("custom_tracking_code", mayBeBlank: true);
        var order = Order(fields.Nested("order", required: true), body);
        fields.RefuseUnknown();
        PersonalInformation.Refuse(body, "", problems);
        return order;
    }

    private static void Address(ObjectReader fields, string name, bool required)
    {
        if (fields.Text(name, required, mayBeBlank: !required) is not { Length: > 0 } text)
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
        if (fields.Nested("tracking_ids", required: true) is { } tracking)
        {
            ids =
            [
                .. tracking.Texts("user_id", required: true, mayBeBlank: true),
                .. tracking.Texts("visitor_id", required: true, mayBeBlank: true),
                tracking.Text("avantlink_avad", required: true, mayBeBlank: true) ?? "",
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
        var number = order?.Text("order_number", required: true);
        var subtotal = order?.NumberOrText("order_amount_subtotal", required: true);
        var currency = order?.Currency("currency", required: true);
        order?.Texts("coupon_codes", required: true);
        if (order?.Nested("customer", required: true) is { } customer)
        {
            customer.Boolean("new_customer", required: true);
            customer.Text("country", required: true);
            customer.Text("region", required: true, mayBeBlank: true);
            customer.Text("state", required: true, mayBeBlank: true);
            customer.RefuseUnknown();
        }

        foreach (var product in order?.Objects("products", required: true) ?? [])
        {
            product.Text("product_sku", required: true);
            product.Number("product_amount", required: true);
            product.Number("quantity", required: true);
            product.RefuseUnknown();
        }

        order?.RefuseUnknown();
        return new AvantLinkOrder(number ?? "", subtotal ?? 0, currency ?? "", body, 0);
    }
}
