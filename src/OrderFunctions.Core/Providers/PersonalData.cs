using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OrderFunctions.Providers;

/// <summary>Finds e-mail addresses where they must not be, plain or as URLs (%40, %2540) and JSON (\u0040) spell them.</summary>
public static partial class PersonalData
{
    public static bool HasEmail(string? text) => text is not null && Email().IsMatch(text);

    /// <summary>A lower-case hex SHA-256 of the trimmed, lower-case address; other texts as they are.</summary>
    public static string HashedIfEmail(string text) =>
        HasEmail(text)
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim().ToLowerInvariant())))
            : text;

    public static string WithoutEmails(string text, string instead = "removed") => Email().Replace(text, instead);

    // Begins where a run of letters begins and ends its domain before the next @, so that time grows with the text's
    // length and not with its square.
    [GeneratedRegex(
        @"(?<![^\s@/?&=#:;,""'<>()\[\]\\])[^\s@/?&=#:;,""'<>()\[\]\\]+(@|%(25)*40|\\u0040)((?!%(25)*40)[^\s@/?&=#:;,""'<>()\[\]\\])+\.[^\s@/?&=#:;,.""'<>()\[\]\\]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Email();
}
