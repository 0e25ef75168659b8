using System.Globalization;
using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Providers.Katalys;

/// <summary>
/// POST /v2/_tr_offline (seeds: katalys-order-status-reporting, Available Fields): one flat object of non-empty
/// texts and numbers, lists numbered from 1.
/// </summary>
internal static class KatalysRequest
{
    public static ProviderRequest Report(OrderEvent orderEvent, string siteId) =>
        new("report", HttpMethod.Post, "v2/_tr_offline", new Credential.None(), Body(orderEvent, siteId));

    private static byte[] Body(OrderEvent orderEvent, string siteId)
    {
        var (order, attribution) = (orderEvent.Order, orderEvent.Attribution);
        return JsonBody.Write(json =>
        {
            json.WriteString("site_id", siteId);
            json.WriteString("order_id", order.Id);
            json.Text("order_alias", order.Alias);
            json.WriteString("order_status", Status(order.Status));
            json.WriteString(
                "order_time",
                order.PlacedAt.ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture)
            );
            json.WriteNumber("sale_amount", order.InMajorUnits(order.Total));
            json.WriteNumber("subtotal_amount", order.InMajorUnits(order.Subtotal));
            json.WriteString("shipping_amount", Text(order.InMajorUnits(order.Shipping)));
            json.WriteString("tax_amount", Text(order.InMajorUnits(order.Tax)));
            json.WriteString("currency", order.Currency);
            json.Text("email_address", order.Customer.Email);
            json.Number("order_count", order.Customer.OrderCount);
            json.Text("user_agent", attribution.UserAgent);
            json.Text("ip_address", attribution.IpAddress);
            for (var i = 0; i < order.Discounts.Count; i++)
            {
                json.WriteString($"discount_{i + 1}_code", order.Discounts[i].Code);
                json.WriteNumber($"discount_{i + 1}_amount", order.InMajorUnits(order.Discounts[i].Amount));
            }

            for (var i = 0; i < order.Lines.Count; i++)
            {
                var (line, prefix) = (order.Lines[i], $"line_item_{i + 1}_");
                json.Text(prefix + "title", line.Name);
                json.WriteString(prefix + "sku", line.Sku);
                json.WriteNumber(prefix + "price", order.InMajorUnits(line.UnitPrice));
                json.Text(prefix + "var", line.Variant);
                json.WriteNumber(prefix + "qty", line.Quantity);
            }

            json.Text("shipping_city", order.ShippingAddress.City);
            json.Text("shipping_state", order.ShippingAddress.State ?? order.ShippingAddress.Region);
            json.Text("shipping_postal", order.ShippingAddress.PostalCode);
            json.Text("shipping_country", order.ShippingAddress.Country);
        });
    }

    // A partly refunded order stays paid, with what remains of its amounts.
    private static string Status(OrderStatus status) =>
        status switch
        {
            OrderStatus.Pending => "pending",
            OrderStatus.Refunded => "refunded",
            OrderStatus.Cancelled => "cancelled",
            _ => "paid",
        };

    private static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);
}
