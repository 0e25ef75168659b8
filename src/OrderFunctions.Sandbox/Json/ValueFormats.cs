using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderFunctions.Sandbox.Json;

/// <summary>The forms that values take at more than one provider; null: the value has another.</summary>
internal static partial class ValueFormats
{
    public static string? Text(JsonElement value, bool mayBeBlank = false) =>
        value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text
        && (mayBeBlank || !string.IsNullOrWhiteSpace(text))
            ? text
            : null;

    public static string? Currency(JsonElement value) =>
        Text(value) is { } text && UpperCaseLetters().IsMatch(text) ? text : null;

    /// <summary>The form only: one @, and a domain with a dot in it.</summary>
    public static string? Email(JsonElement value) =>
        Text(value) is { } text && EmailAddress().IsMatch(text) ? text : null;

    public static Guid? Uuid(JsonElement value) => Guid.TryParseExact(Text(value), "D", out var id) ? id : null;

    public static decimal? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : null;

    public static long? Integer(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The amount of a number or a numeric string such as "100.00".</summary>
    public static decimal? Amount(JsonElement value) =>
        Number(value)
        ?? (
            Text(value) is { } text
            && Numeric().IsMatch(text)
            && decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : null
        );

    [GeneratedRegex(@"\A[^\s@]+@[^\s@.]+(\.[^\s@.]+)+\z")]
    private static partial Regex EmailAddress();

    [GeneratedRegex(@"\A[A-Z]{3}\z")]
    private static partial Regex UpperCaseLetters();

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex Numeric();
}
