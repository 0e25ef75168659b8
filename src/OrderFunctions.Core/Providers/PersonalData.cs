using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace OrderFunctions.Providers;

/// <summary>Finds e-mail addresses where they must not be, plain or as URLs spell them (%40).</summary>
public static partial class PersonalData
{
    public static bool HasEmail(string? text) => text is not null && Email().IsMatch(text);

    /// <summary>A lower-case hex SHA-256 of the trimmed, lower-case address; other texts as they are.</summary>
    public static string HashedIfEmail(string text) =>
        HasEmail(text)
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim().ToLowerInvariant())))
            : text;

    public static string WithoutEmails(string text, string instead = "removed") => Email().Replace(text, instead);

    [GeneratedRegex(
        @"[^\s@/?&=#:;,""'<>()\[\]\\]+(@|%40)[^\s@/?&=#:;,""'<>()\[\]\\]+\.[^\s@/?&=#:;,.""'<>()\[\]\\]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Email();
}
