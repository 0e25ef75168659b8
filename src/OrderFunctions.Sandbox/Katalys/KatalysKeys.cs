using System.Globalization;
using System.Text.RegularExpressions;

namespace OrderFunctions.Sandbox.Katalys;

/// <summary>
/// The keys (seeds: katalys-order-status-reporting; public page kb/reporting-schema). The prose says lineitem_X_,
/// all examples and the schema say line_item_X_: only the latter is known here. X starts at 1.
/// </summary>
internal static partial class KatalysKeys
{
    public const string LineItem = "line_item";
    public const string Discount = "discount";

    private static readonly Dictionary<string, KatalysValue> Plain = new(StringComparer.Ordinal)
    {
        ["site_id"] = KatalysValue.Text,
        ["order_id"] = KatalysValue.Text,
        ["sale_amount"] = KatalysValue.Amount,
        ["subtotal_amount"] = KatalysValue.Amount,
        ["shipping_amount"] = KatalysValue.Amount,
        ["tax_amount"] = KatalysValue.Amount,
        ["email_address"] = KatalysValue.Text,
        ["order_time"] = KatalysValue.Time,
        ["currency"] = KatalysValue.Currency,
        ["user_agent"] = KatalysValue.Text,
        ["ip_address"] = KatalysValue.Text,
        ["order_status"] = KatalysValue.Status,
        ["order_count"] = KatalysValue.Count,
        ["order_alias"] = KatalysValue.Text,
        ["action_type"] = KatalysValue.Text,
        ["shipping_city"] = KatalysValue.Text,
        ["shipping_state"] = KatalysValue.Text,
        ["shipping_postal"] = KatalysValue.Text,
        ["shipping_country"] = KatalysValue.Text,
    };

    public static KatalysValue? Find(string key)
    {
        if (Plain.TryGetValue(key, out var value))
        {
            return value;
        }

        return Split(key) switch
        {
            { List: Discount, Part: "code" } => KatalysValue.Text,
            { List: Discount, Part: "amount" } => KatalysValue.Amount,
            { List: LineItem, Part: "title" or "sku" or "var" } => KatalysValue.Text,
            { List: LineItem, Part: "price" or "qty" } => KatalysValue.Amount,
            _ => null,
        };
    }

    /// <summary>The list, number and part of a numbered key.</summary>
    public static (string List, int Number, string Part)? Split(string key) =>
        Numbered().Match(key) is { Success: true } match
            ? (
                match.Groups["list"].Value,
                int.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture),
                match.Groups["part"].Value
            )
            : null;

    public static string WhyUnknown(string key) =>
        key switch
        {
            "type" or "action" => $"{key} belongs to other ways of reporting and must be left out.",
            _ when key.StartsWith("lineitem_", StringComparison.Ordinal) => $"{key} must be spelt line_item_X_...",
            _ when key.StartsWith("line_item_0_", StringComparison.Ordinal) => $"{key}: line items start at 1.",
            _ when key.StartsWith("discount_0_", StringComparison.Ordinal) => $"{key}: discounts start at 1.",
            _ => $"{key} is not a documented key.",
        };

    [GeneratedRegex(@"\A(?<list>discount|line_item)_(?<number>[1-9][0-9]{0,5})_(?<part>[a-z]+)\z")]
    private static partial Regex Numbered();
}

/// <summary>What the value of a key may be.</summary>
internal enum KatalysValue
{
    Text,
    Amount,
    Count,
    Currency,
    Time,
    Status,
}
