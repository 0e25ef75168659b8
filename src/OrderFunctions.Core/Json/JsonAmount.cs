using System.Globalization;
using System.Text.RegularExpressions;

namespace OrderFunctions.Json;

/// <summary>Reads decimals exactly: nothing here ever passes through binary floating point.</summary>
public static partial class JsonAmount
{
    /// <summary>The largest amount taken; its minor units fit a long in every currency.</summary>
    public const decimal Largest = 999_999_999_999m;

    /// <summary>Reads a JSON number, or a string of the same form (12.50, -3, 1e2), without rounding.</summary>
    /// <returns>The amount without trailing zeros, or null where the text is no number or has more than 28 digits.</returns>
    public static decimal? Parse(string text)
    {
        const NumberStyles Form =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

        // decimal rounds what it can't hold, so longer texts are refused before it sees them.
        var isExact = text.Length <= 40 && JsonNumber().IsMatch(text) && Digits(text) <= 28;
        return isExact && decimal.TryParse(text, Form, CultureInfo.InvariantCulture, out var amount)
            ? WithoutTrailingZeros(amount)
            : null;
    }

    /// <summary>How many decimals an amount has, trailing zeros not counted.</summary>
    public static int Decimals(decimal amount) => WithoutTrailingZeros(amount).Scale;

    // Dividing by a one of the largest scale leaves the smallest scale that holds the value.
    private static decimal WithoutTrailingZeros(decimal amount) => amount / 1.0000000000000000000000000000m;

    private static int Digits(ReadOnlySpan<char> number)
    {
        var exponent = number.IndexOfAny('e', 'E');
        var mantissa = exponent < 0 ? number : number[..exponent];
        return mantissa.Length
            - mantissa.Count('-')
            - mantissa.Count('.')
            + (exponent < 0 ? 0 : Math.Abs(int.Parse(number[(exponent + 1)..], CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(
        @"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex JsonNumber();
}
