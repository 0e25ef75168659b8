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
        var (order, attribution) = (orderEvent.Order, orderEvent.Attribution ?? Attribution.None);
        return JsonBody.Write(json =>
        {
            json.WriteString("site_id", siteId);
            json.WriteString("order_id", order.Id);
            json.Text("order_alias", order.Alias);
            json.WriteString("order_status", Status(order.Status));
            json.Text("order_time", order.PlacedAt?.ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture));
            if (order.Total is { } total)
            {
                // "subtotal_amount: This is sale_amount minus shipping and tax": so fees, which are no goods, are in neither.
                json.Number("sale_amount", order.InMajorUnits(total - order.Fees));
                json.Number("subtotal_amount", order.InMajorUnits(order.Goods));
                json.Text("shipping_amount", Text(order.InMajorUnits(order.Shipping)));
                json.Text("tax_amount", Text(order.InMajorUnits(order.Tax)));
            }

            json.Text("currency", order.Currency);
            json.Text("email_address", order.Customer.Email);
            json.Number("order_count", order.Customer.OrderCount);
            json.Text("user_agent", attribution.UserAgent);
            json.Text("ip_address", attribution.IpAddress);
            for (var i = 0; i < order.Discounts.Count; i++)
            {
                json.WriteString($"discount_{i + 1}_code", order.Discounts[i].Code);
                json.Number($"discount_{i + 1}_amount", order.InMajorUnits(order.Discounts[i].Amount));
            }

            for (var i = 0; i < order.Lines.Count; i++)
            {
                var (line, prefix) = (order.Lines[i], $"line_item_{i + 1}_");
                json.Text(prefix + "title", line.Name);
                json.WriteString(prefix + "sku", line.SkuOrName);
                json.Number(prefix + "price", order.InMajorUnits(line.UnitPrice));
                json.Text(prefix + "var", line.Variant);
                json.WriteNumber(prefix + "qty", line.Quantity);
            }

            json.Text("shipping_city", order.EffectiveAddress.City);
            json.Text("shipping_state", order.EffectiveAddress.State ?? order.EffectiveAddress.Region);
            json.Text("shipping_postal", order.EffectiveAddress.PostalCode);
            json.Text("shipping_country", order.EffectiveAddress.Country);
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

    private static string? Text(decimal? amount) => amount?.ToString(CultureInfo.InvariantCulture);
}
