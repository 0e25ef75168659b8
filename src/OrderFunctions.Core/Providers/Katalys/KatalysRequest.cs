using System.Globalization;
using System.Text.Json;
using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Providers.Katalys;

/// <summary>
/// POST /v2/_tr_offline (seeds: katalys-order-status-reporting, Available Fields): one flat object of non-empty
/// texts and numbers, lists numbered from 1.
/// </summary>
internal static class KatalysRequest
{
    /// <param name="before">What Katalys was told of the order before; null: nothing.</param>
    public static ProviderRequest Report(OrderEvent orderEvent, string siteId, KatalysLists? before = null) =>
        new(
            "report",
            HttpMethod.Post,
            "v2/_tr_offline",
            new Credential.None(),
            Body(orderEvent, siteId, before ?? KatalysLists.None)
        );

    /// <summary>How long the lists are at Katalys once it has the report: it merges, so they never get shorter.</summary>
    public static KatalysLists ListsAfter(OrderEvent orderEvent, KatalysLists? before = null)
    {
        var (lines, discounts) = before ?? KatalysLists.None;
        var order = orderEvent.Order;
        return new KatalysLists(
            Math.Max(lines, Basket.Of(order).Items.Count),
            Math.Max(discounts, order.Discounts.Count(discount => discount.Code is not null))
        );
    }

    private static byte[] Body(OrderEvent orderEvent, string siteId, KatalysLists before)
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
                json.Number("sale_amount", order.InMajorUnits(Math.Max(0, total - order.Fees)));
                json.Number("subtotal_amount", order.InMajorUnits(order.Goods));
                json.Text("shipping_amount", Text(order.InMajorUnits(order.Shipping)));
                json.Text("tax_amount", Text(order.InMajorUnits(order.Tax)));
            }

            json.Text("currency", order.Currency);
            json.Text("email_address", order.Customer.Email);
            json.Number("order_count", order.Customer.OrderCount);
            json.Text("user_agent", attribution.UserAgent);
            json.Text("ip_address", attribution.IpAddress);
            WriteDiscounts(json, order, before.Discounts);
            WriteLines(json, order, before.Lines);
            json.Text("shipping_city", order.EffectiveAddress.City);
            json.Text("shipping_state", order.EffectiveAddress.State ?? order.EffectiveAddress.Region);
            json.Text("shipping_postal", order.EffectiveAddress.PostalCode);
            json.Text("shipping_country", order.EffectiveAddress.Country);
        });
    }

    private static void WriteDiscounts(Utf8JsonWriter json, Order order, int toldBefore)
    {
        var number = 0;
        foreach (var discount in order.Discounts.Where(discount => discount.Code is not null))
        {
            json.Text($"discount_{++number}_code", discount.Code);
            json.Number($"discount_{number}_amount", order.InMajorUnits(discount.Amount));
        }

        // An event that tells of neither discounts nor lines does not know them: they stay as they are.
        while (number < toldBefore && order is { Discounts: not [] } or { Lines: not [] })
        {
            json.WriteNumber($"discount_{++number}_amount", 0);
        }
    }

    private static void WriteLines(Utf8JsonWriter json, Order order, int toldBefore)
    {
        var number = 0;
        foreach (var (line, quantity, price, _) in Basket.Of(order).Items)
        {
            var prefix = $"line_item_{++number}_";
            json.WriteString(prefix + "title", line.NameOrSku);
            json.WriteString(prefix + "sku", line.SkuOrName);
            json.WriteNumber(prefix + "price", order.FromMinorUnits(price));
            json.Text(prefix + "var", line.Variant);
            json.WriteNumber(prefix + "qty", quantity);
        }

        while (number < toldBefore && order.Lines.Count > 0)
        {
            json.WriteNumber($"line_item_{++number}_price", 0);
            json.WriteNumber($"line_item_{number}_qty", 0);
        }
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

/// <summary>
/// How many line items and discounts Katalys has of an order. It merges what it gets ("integrations post Line Item and
/// Discount information fields separately"), so what is gone has to be told as 0.
/// </summary>
internal sealed record KatalysLists(int Lines, int Discounts)
{
    public static readonly KatalysLists None = new(0, 0);
}
