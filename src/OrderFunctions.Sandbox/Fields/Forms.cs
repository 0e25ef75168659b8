using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderFunctions.Sandbox.Fields;

/// <summary>The forms that values take at more than one provider.</summary>
internal static partial class Forms
{
    [GeneratedRegex(@"\A[A-Z]{3}\z")]
    public static partial Regex Currency();

    /// <summary>The amount of a number or a numeric string such as "100.00"; null where it is neither.</summary>
    public static decimal? Amount(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDecimal(out var number) => number,
            JsonValueKind.String when value.GetString() is { } text && Numeric().IsMatch(text) => decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : null,
            _ => null,
        };

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex Numeric();
}
