using System.Globalization;
using System.Text.Json;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Katalys;

/// <summary>The checks of one message, and of an order once a message is merged into it.</summary>
internal static class KatalysFields
{
    private static readonly string[] First = ["sale_amount", "email_address"];
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

    /// <summary>
    /// What the first message of an order must say (seeds: katalys-order-status-reporting, Required Fields). Where
    /// the subtotal is not available, shipping and tax stand in for it.
    /// </summary>
    public static void CheckFirst(IReadOnlyDictionary<string, string> order, List<string> problems)
    {
        foreach (var key in First.Where(key => !order.ContainsKey(key)))
        {
            problems.Add($"{key} is required in the first message for an order.");
        }

        if (
            !order.ContainsKey("subtotal_amount")
            && !(order.ContainsKey("shipping_amount") && order.ContainsKey("tax_amount"))
        )
        {
            problems.Add("subtotal_amount, or shipping_amount and tax_amount, is required in the first message.");
        }
    }

    /// <summary>Numbers without gaps, and every discount with its code and its amount.</summary>
    public static void CheckLists(IReadOnlyDictionary<string, string> order, List<string> problems)
    {
        foreach (
            var list in order
                .Keys.Select(KatalysKeys.Split)
                .OfType<(string List, int Number, string Part)>()
                .GroupBy(key => key.List)
        )
        {
            var numbers = list.Select(key => key.Number).Distinct().Order().ToArray();
            if (numbers[^1] != numbers.Length)
            {
                problems.Add($"{list.Key}_X_ must be numbered from 1 without gaps, not {string.Join(", ", numbers)}.");
            }
        }

        foreach (var key in order.Keys)
        {
            if (KatalysKeys.Split(key) is not { List: "discount" } discount)
            {
                continue;
            }

            var other = $"discount_{discount.Number}_{(discount.Part == "code" ? "amount" : "code")}";
            if (!order.ContainsKey(other))
            {
                problems.Add($"{key} needs {other}.");
            }
        }
    }

    private static bool Fits(JsonElement value, KatalysValue kind)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return kind switch
        {
            KatalysValue.Amount => ValueFormats.Amount(value) is not null,
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
            KatalysValue.Amount => "a number or a numeric string",
            KatalysValue.Count => "a whole number",
            KatalysValue.Currency => "three upper-case letters (ISO 4217)",
            KatalysValue.Time => "a time such as 2018-01-01 01:23:40-08:00",
            KatalysValue.Status => string.Join(", ", Statuses[..^1]) + " or " + Statuses[^1],
            _ => "a string that is not blank",
        };
}
