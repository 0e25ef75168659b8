using System.Text.Json;
using OrderFunctions.Sandbox.Fields;

namespace OrderFunctions.Sandbox.Duel;

/// <summary>
/// The order parameters (seeds: duel-order-tracking). The document gives no JSON types; amounts are read as
/// numbers, and several promo codes as an array of two or more.
/// </summary>
internal static class DuelFields
{
    /// <summary>The order as the body alone states it; of use only when no problem was added.</summary>
    public static DuelOrder Read(JsonElement body, List<string> problems)
    {
        var fields = new ObjectReader(body, "", problems);
        var order = new DuelOrder
        {
            Order = fields.Text("order", Need.Required) ?? "",
            Total = fields.Number("total", Need.Required, min: 0) ?? 0,
            TotalGross = fields.Number("total_gross", Need.Optional, min: 0),
            Currency = fields.Currency("currency", Need.Required) ?? "",
            Email = fields.Text("email", Need.Optional),
            Promo = Promo(fields),
            CustomerId = fields.Text("customer_id", Need.Optional),
            NewCustomer = Mark(fields, "new_customer"),
            InStore = Mark(fields, "instore"),
            Affiliate = fields.Text("affiliate", Need.Optional),
            Points = fields.Number("points", Need.Optional),
            Commission = fields.Number("commission", Need.Optional),
            CommissionCurrency = fields.Currency("commission_currency", Need.Optional),
        };

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
        if (fields.Value("promo", Need.Optional, "") is not { ValueKind: JsonValueKind.Array } several)
        {
            return fields.Text("promo", Need.Optional) is { } code ? [code] : [];
        }

        if (several.GetArrayLength() < 2)
        {
            fields.Refuse("promo", "be a string when there are fewer than two codes");
        }

        return fields.Texts("promo", Need.Optional) ?? [];
    }

    private static bool Mark(ObjectReader fields, string name)
    {
        switch (fields.Value(name, Need.Optional, ""))
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
