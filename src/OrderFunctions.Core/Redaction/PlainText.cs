using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace OrderFunctions.Redaction;

/// <summary>Brings other people's words into plain spelling, whichever escapes they came in.</summary>
internal static partial class PlainText
{
    // Each layer may be of several sorts; nobody spells like that but to hide something.
    private const int MostLayers = 6;

    /// <summary>
    /// The text without escapes of JSON, HTML, URLs and scripts, one within the other or not, and without characters of no
    /// width; UTF-8 that was taken for Latin-1 is put right. Null where that goes on for more layers than anyone would
    /// make by accident.
    /// </summary>
    public static string? Of(string text)
    {
        for (var layer = 0; layer < MostLayers; layer++)
        {
            var plain = Charsets.WithoutMojibake(Escape().Replace(text, Unescape));
            if (plain == text)
            {
                return text;
            }

            text = plain;
        }

        return null;
    }

    private static string Unescape(Match escape)
    {
        if (escape.Groups["hex"] is { Success: true } hex)
        {
            return Letter(int.Parse(hex.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        }

        if (escape.Groups["decimal"] is { Success: true } number)
        {
            return Letter(int.Parse(number.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));
        }

        if (escape.Groups["name"] is { Success: true } name)
        {
            // HTML has names that .NET does not know; what they stand for is lost, not the letters around it.
            var letter = WebUtility.HtmlDecode($"&{name.ValueSpan};");
            return letter.Length <= 2 ? letter : "\uFFFD";
        }

        return escape.ValueSpan[^1] switch
        {
            'n' or 'r' => "\n",
            't' => "\t",
            var same => same.ToString(),
        };
    }

    // Half of a pair stays, for the other half may follow.
    private static string Letter(int code) =>
        code <= char.MaxValue ? ((char)code).ToString()
        : Rune.IsValid(code) ? char.ConvertFromUtf32(code)
        : "\uFFFD";

    // Linear: a run of backslashes is tried from its first only, and all else is of bounded length or has one way to match.
    [GeneratedRegex(
        """
            %(25)*(u(?<hex>[0-9a-f]{4})|(?<hex>[0-9a-f]{2}))
            |&(amp;)*(\#x0*(?<hex>[0-9a-f]{1,6});?|\#0*(?<decimal>[0-9]{1,7});?|(?<name>[a-z][a-z0-9]{1,31});)
            |(?<!\\)\\+(u(?<hex>[0-9a-f]{4})|u\{(?<hex>[0-9a-f]{1,6})\}|x(?<hex>[0-9a-f]{2})|(?-i:["'/nrt]))
            |(?<!\\)\\{2,}
            """,
        RegexOptions.IgnoreCase
            | RegexOptions.CultureInvariant
            | RegexOptions.ExplicitCapture
            | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Escape();
}
