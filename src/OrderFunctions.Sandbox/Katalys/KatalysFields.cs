using System.Globalization;
using System.Text.Json;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Katalys;

/// <summary>The checks of one message, and of an order once a message is merged into it.</summary>
internal static class KatalysFields
{
    private static readonly string[] Required = ["sale_amount", "email_address"];
    private static readonly string[] Amounts = ["sale_amount", "subtotal_amount", "shipping_amount", "tax_amount"];
    private static readonly string[] Statuses = ["pending", "paid", "refunded", "cancelled"];

    /// <summary>"All values must be non-empty string or number values" (public page kb/reporting-schema).</summary>
    public static void CheckValues(JsonElement body, List<string> problems)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (KatalysKeys.Find(member.Name) is not { } kind)
            {
                problems.Add(KatalysKeys.WhyUnknown(member.Name));
            }
            else if (!Fits(member.Value, kind))
            {
                problems.Add($"{member.Name} must be {Describe(kind)}.");
            }
        }
    }

    /// <summary>"subtotal_amount: This is sale_amount minus shipping and tax", and no less than 0.</summary>
    public static void CheckSubtotal(JsonElement body, List<string> problems)
    {
        if (Amount("sale_amount") is not { } sale || Amount("subtotal_amount") is not { } subtotal)
        {
            return;
        }

        var (shipping, tax) = (Amount("shipping_amount"), Amount("tax_amount"));
        var most = Math.Max(0, Math.Max(0, sale - (shipping ?? 0)) - (tax ?? 0));
        if (shipping is null || tax is null ? subtotal > most : subtotal != most)
        {
            problems.Add(
                $"subtotal_amount must be sale_amount minus shipping_amount and tax_amount, {most}, not {subtotal}."
            );
        }

        // What is no amount is a problem of its own already.
        decimal? Amount(string key) =>
            body.TryGetProperty(key, out var value) && ValueFormats.Amount(value) is >= 0 and var amount
                ? amount
                : null;
    }

    /// <summary>
    /// The Required Fields, once an order's amounts are told. Anything else may come alone, the document's own example being
    /// a bare status: whether the order is known, from the thank-you page's script, is more than the sandbox can know.
    /// An order that is refunded or cancelled needs none of them. Where the subtotal is not available, shipping and tax stand
    /// in for it.
    /// </summary>
    public static void CheckRequired(JsonElement message, KatalysOrder merged, List<string> problems)
    {
        if (merged.IsVoid || !Amounts.Any(key => message.TryGetProperty(key, out _)))
        {
            return;
        }

        foreach (var key in Required.Where(key => !merged.Fields.ContainsKey(key)))
        {
            problems.Add($"{key} is required when an order's amounts are first told.");
        }

        if (
            !merged.Fields.ContainsKey("subtotal_amount")
            && !(merged.Fields.ContainsKey("shipping_amount") && merged.Fields.ContainsKey("tax_amount"))
        )
        {
            problems.Add(
                "subtotal_amount, or shipping_amount and tax_amount, is required when an order's amounts are first told."
            );
        }
    }

    /// <summary>
    /// Numbers without gaps, and every entry whole: "For each line item of the order, include the fields ...". What is set
    /// to 0 is gone and may lack the rest, which the thank-you page may have told.
    /// </summary>
    public static void CheckLists(KatalysOrder order, List<string> problems)
    {
        CheckList(KatalysKeys.Discount, "amount", "code", "amount");
        CheckList(KatalysKeys.LineItem, "qty", "title", "sku", "price");

        void CheckList(string list, string gone, params string[] required)
        {
            var numbers = order.Numbers(list);
            if (numbers.Count > 0 && numbers[^1] != numbers.Count)
            {
                problems.Add($"{list}_X_ must be numbered from 1 without gaps, not {string.Join(", ", numbers)}.");
            }

            problems.AddRange(
                from number in numbers
                where order.Amount($"{list}_{number}_{gone}") != 0
                from part in required
                let key = $"{list}_{number}_{part}"
                where !order.Fields.ContainsKey(key)
                select $"{key} is required with the rest of {list}_{number}."
            );
        }
    }

    private static bool Fits(JsonElement value, KatalysValue kind)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return kind switch
        {
            KatalysValue.Amount => ValueFormats.Amount(value) >= 0,
            KatalysValue.Count => ValueFormats.Integer(value) >= 0,
            KatalysValue.Currency => ValueFormats.Currency(value) is not null,
            KatalysValue.Time => DateTimeOffset.TryParseExact(
                text,
                "yyyy-MM-dd HH:mm:sszzz",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out _
            ),
            KatalysValue.Status => Statuses.Contains(text),
            _ => !string.IsNullOrWhiteSpace(text),
        };
    }

    private static string Describe(KatalysValue kind) =>
        kind switch
        {
            KatalysValue.Amount => "a number or a numeric string of at least 0",
            KatalysValue.Count => "a whole number",
            KatalysValue.Currency => "three upper-case letters (ISO 4217)",
            KatalysValue.Time => "a time such as 2018-01-01 01:23:40-08:00",
            KatalysValue.Status => string.Join(", ", Statuses[..^1]) + " or " + Statuses[^1],
            _ => "a string that is not blank",
        };
}
