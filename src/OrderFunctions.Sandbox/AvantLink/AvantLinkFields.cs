using System.Text.Json;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>
/// The bodies of an order (seeds: avantlink-order-tracking) and of a click (public page Server-to-Server Integration:
/// Click Tracking). Amounts and quantities of products are numbers in the field table and strings in two of the samples:
/// both are good. The first sample's products come to less than its order_amount_subtotal, and a discount of the
/// order lets them come to more: so the two are not held against each other. referrer_url stands among the required and
/// among the optional fields: it may be left out or empty.
/// </summary>
internal static class AvantLinkFields
{
    /// <summary>The order; of use only when no problem was added.</summary>
    public static AvantLinkOrder ReadOrder(JsonElement body, List<string> problems)
    {
        var fields = new ObjectReader(body, "", problems);
        ReadVisit(fields, idsRequired: true, problems);
        var order = ReadOrder(fields.Nested("order", required: true), body);
        fields.RefuseUnknown();
        PersonalInformation.Refuse(body, "", problems);
        return order;
    }

    /// <summary>
    /// The click: an order's body without the order; of use only when no problem was added. Its ids may be left out:
    /// anonymous visitors have no user_id, and avantlink_avad is there when it was received.
    /// </summary>
    public static AvantLinkClick ReadClick(JsonElement body, List<string> problems)
    {
        var fields = new ObjectReader(body, "", problems);
        var (userIds, visitorIds, token) = ReadVisit(fields, idsRequired: false, problems);
        fields.RefuseUnknown();
        PersonalInformation.Refuse(body, "", problems);
        return new AvantLinkClick(userIds, visitorIds, token, body);
    }

    private static (IReadOnlyList<string> UserIds, IReadOnlyList<string> VisitorIds, string Token) ReadVisit(
        ObjectReader fields,
        bool idsRequired,
        List<string> problems
    )
    {
        ReadAddress(fields, "current_url", required: true);
        var ids = ReadTrackingIds(fields.Nested("tracking_ids", required: true), idsRequired);
        if (ids.UserIds.Concat(ids.VisitorIds).Append(ids.Token).All(string.IsNullOrWhiteSpace))
        {
            problems.Add(AvantLinkProblems.Blank);
        }

        fields.Text("user_agent", required: true);
        ReadAddress(fields, "referrer_url", required: false);
        fields.Text("user_ip_address", mayBeBlank: true);
        fields.Text("google_click_id", mayBeBlank: true);
        fields.Text("custom_tracking_code", mayBeBlank: true);
        return ids;
    }

    private static void ReadAddress(ObjectReader fields, string name, bool required)
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

    private static (IReadOnlyList<string> UserIds, IReadOnlyList<string> VisitorIds, string Token) ReadTrackingIds(
        ObjectReader? ids,
        bool required
    )
    {
        var userIds = ids?.Texts("user_id", required, mayBeBlank: true);
        var visitorIds = ids?.Texts("visitor_id", required, mayBeBlank: true);
        var token = ids?.Text("avantlink_avad", required, mayBeBlank: true);
        ids?.RefuseUnknown();
        return (userIds ?? [], visitorIds ?? [], token ?? "");
    }

    private static AvantLinkOrder ReadOrder(ObjectReader? order, JsonElement body)
    {
        var number = order?.Text("order_number", required: true);
        var subtotal = order?.NumberOrText("order_amount_subtotal", required: true, min: 0);
        var currency = order?.Currency("currency", required: true);
        var codes = order?.Texts("coupon_codes", required: true);
        if (order?.Nested("customer", required: true) is { } customer)
        {
            customer.Boolean("new_customer", required: true);
            customer.Text("country", required: true);
            customer.Text("region", required: true, mayBeBlank: true);
            customer.Text("state", required: true, mayBeBlank: true);
            customer.RefuseUnknown();
        }

        var products = order?.Objects("products", required: true).Select(ReadProduct).ToArray();
        order?.RefuseUnknown();
        return new AvantLinkOrder(number ?? "", subtotal ?? 0, currency ?? "", codes ?? [], products ?? [], body, 0);
    }

    private static AvantLinkProduct ReadProduct(ObjectReader product)
    {
        var sku = product.Text("product_sku", required: true);
        var amount = product.NumberOrText("product_amount", required: true, min: 0);
        var quantity = product.NumberOrText("quantity", required: true);
        if (quantity <= 0)
        {
            product.Refuse("quantity", "be more than 0: it is what was purchased");
        }

        product.RefuseUnknown();
        return new AvantLinkProduct(sku ?? "", amount ?? 0, quantity ?? 0);
    }
}
