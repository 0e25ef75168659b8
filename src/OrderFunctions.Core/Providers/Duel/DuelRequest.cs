using System.Text.Json;
using OrderFunctions.Json;
using OrderFunctions.Orders;

namespace OrderFunctions.Providers.Duel;

/// <summary>
/// PUT /v1/orders/{order_id}: creates or updates (seeds: duel-open-api, Orders); the fields are those of
/// duel-order-tracking, Order Parameters.
/// </summary>
internal static class DuelRequest
{
    public static ProviderRequest Upsert(OrderEvent orderEvent, Credential credential) =>
        new(
            "upsert",
            HttpMethod.Put,
            $"v1/orders/{Uri.EscapeDataString(orderEvent.Order.Id)}",
            credential,
            Body(orderEvent)
        );

    private static byte[] Body(OrderEvent orderEvent)
    {
        var order = orderEvent.Order;
        var codes = order.Codes.ToList();
        return JsonBody.Write(json =>
        {
            json.WriteString("order", order.Id);
            // "A total of 0 will cancel the order"; after a partial refund it is what remains.
            json.Number("total", order.IsVoid ? 0 : order.InMajorUnits(order.Total));
            // "Order total before any promotional discounts are applied": less than the total is none.
            if (order.TotalBeforeDiscounts >= (order.Total ?? 0))
            {
                json.Number("total_gross", order.InMajorUnits(order.TotalBeforeDiscounts));
            }

            json.Text("currency", order.Currency);
            json.Text("email", order.Customer.Email);
            switch (codes)
            {
                case []:
                    break;
                case [var code]:
                    json.WriteString("promo", code);
                    break;
                default:
                    json.Texts("promo", codes);
                    break;
            }

            json.Text("customer_id", order.Customer.Id);
            json.Mark("new_customer", order.Customer.IsNew == true);
            json.Mark("instore", order.InStore);
            json.Text("affiliate", orderEvent.Attribution?.Affiliate);
            // What is cancelled earns nothing: to name its points and commission again might award them.
            if (!order.IsVoid)
            {
                Award(json, order);
            }
        });
    }

    private static void Award(Utf8JsonWriter json, Order order)
    {
        json.Number("points", order.Loyalty.Points);
        if (order.Loyalty.Commission is { } commission)
        {
            var currency = order.Loyalty.CommissionCurrency ?? order.Currency!;
            json.WriteNumber("commission", Money.WithDecimals(commission, Iso4217.Decimals(currency)));
            json.WriteString("commission_currency", currency);
        }
    }
}
