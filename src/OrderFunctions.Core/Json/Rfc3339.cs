using System.Globalization;
using System.Text.RegularExpressions;

namespace OrderFunctions.Json;

/// <summary>Times as RFC 3339 has them: with date, time and offset.</summary>
public static partial class Rfc3339
{
    public const string Rule =
        "must be a time with its offset as RFC 3339 has it, for example 2026-11-21T14:03:07+01:00";

    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        return text is not null
            && Form().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Form();
}
