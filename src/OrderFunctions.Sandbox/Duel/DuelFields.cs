using System.Text.Json;
using OrderFunctions.Sandbox.Json;

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
            Order = fields.Text("order", required: true) ?? "",
            Total = fields.Number("total", required: true, min: 0) ?? 0,
            TotalGross = fields.Number("total_gross", min: 0),
            Currency = fields.Currency("currency", required: true) ?? "",
            Email = fields.Text("email"),
            Promo = Promo(fields),
            CustomerId = fields.Text("customer_id"),
            NewCustomer = Flag(fields, "new_customer"),
            InStore = Flag(fields, "instore"),
            Affiliate = fields.Text("affiliate"),
            Points = fields.Number("points"),
            Commission = fields.Number("commission"),
            CommissionCurrency = fields.Currency("commission_currency"),
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
        if (fields.Find("promo") is not { ValueKind: JsonValueKind.Array } several)
        {
            return fields.Text("promo") is { } code ? [code] : [];
        }

        if (several.GetArrayLength() < 2)
        {
            fields.Refuse("promo", "be a string when there are fewer than two codes");
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
