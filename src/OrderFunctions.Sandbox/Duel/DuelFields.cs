using System.Text.Json;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Duel;

/// <summary>
/// The order parameters (seeds: duel-order-tracking). The document gives no JSON types; amounts are read as
/// numbers. Nor does it say what is required: email is "not strictly necessary" for an update, and whether a PUT is one
/// only Duel knows; a total of 0 cancels in any currency.
/// </summary>
internal static class DuelFields
{
    /// <summary>The order as the body alone states it; of use only when no problem was added.</summary>
    public static DuelOrder Read(JsonElement body, List<string> problems)
    {
        var fields = new ObjectReader(body, "", problems);
        var id = fields.Text("order", required: true);
        var total = fields.Number("total", required: true, min: 0);
        var order = new DuelOrder
        {
            Order = id ?? "",
            Total = total ?? 0,
            TotalGross = fields.Number("total_gross", min: 0),
            Currency = fields.Currency("currency", required: total != 0),
            Email = fields.Email("email"),
            Promo = Promo(fields),
            CustomerId = fields.Text("customer_id"),
            NewCustomer = Flag(fields, "new_customer"),
            InStore = Flag(fields, "instore"),
            Affiliate = fields.Text("affiliate"),
            Points = fields.Number("points", min: 0),
            Commission = fields.Number("commission", min: 0),
            CommissionCurrency = fields.Currency("commission_currency"),
        };

        // "Order total before any promotional discounts are applied"
        if (order.TotalGross < total)
        {
            fields.Refuse("total_gross", $"be at least total, {total}");
        }

        // "should be sent along with the commission figure above"
        if (body.TryGetProperty("commission", out _) != body.TryGetProperty("commission_currency", out _))
        {
            problems.Add("commission and commission_currency must be sent together.");
        }

        fields.RefuseUnknown();
        return order;
    }

    private static IReadOnlyList<string> Promo(ObjectReader fields)
    {
        if (fields.Find("promo") is not { ValueKind: JsonValueKind.Array } several)
        {
            return fields.Text("promo") is { } code ? [code] : [];
        }

        if (several.GetArrayLength() == 0)
        {
            fields.Refuse("promo", "be left out when there is no code");
        }

        return fields.Texts("promo");
    }

    private static bool Flag(ObjectReader fields, string name)
    {
        switch (fields.Find(name))
        {
            case null:
                return false;
            case { ValueKind: JsonValueKind.True }:
            case { ValueKind: JsonValueKind.String } text when text.GetString() == "y":
                return true;
            default:
                fields.Refuse(name, "be true or \"y\", or be left out");
                return false;
        }
    }
}
