using System.Net;
using System.Text;
using System.Text.Json;

namespace OrderFunctions.TestKit.Conformance;

/// <summary>How a value may come back from a provider that escapes, encodes, mistakes or mangles what it repeats.</summary>
public static class Representations
{
    private static readonly Encoding Latin1 = Encoding.Latin1;

    // WebUtility writes numbers for letters; these are the names of HTML 4 and two that only HTML 5 has.
    private static readonly Dictionary<char, string> Names = new()
    {
        ['ö'] = "ouml",
        ['å'] = "aring",
        ['é'] = "eacute",
        ['ø'] = "oslash",
        ['@'] = "commat",
        ['.'] = "period",
    };

    public static readonly IReadOnlyDictionary<string, Func<string, string>> All = new Dictionary<
        string,
        Func<string, string>
    >
    {
        ["as it is"] = text => text,
        ["in capitals"] = text => text.ToUpperInvariant(),
        ["without accents"] = WithoutAccents,
        ["with accents apart"] = Decomposed,
        ["with question marks for what is not ASCII"] = text => Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(text)),
        ["Latin-1 read as UTF-8"] = text => Encoding.UTF8.GetString(Latin1.GetBytes(text)),
        ["UTF-8 read as Latin-1"] = text => Latin1.GetString(Encoding.UTF8.GetBytes(text)),
        ["UTF-8 read as Latin-1, twice"] = text => Twice(text, "UTF-8 read as Latin-1"),
        ["UTF-16 read as UTF-8"] = text => Latin1.GetString(Encoding.Unicode.GetBytes(text)),
        ["UTF-16 read as UTF-8, big end first"] = text => Latin1.GetString(Encoding.BigEndianUnicode.GetBytes(text)),
        ["JSON"] = text => JsonEncodedText.Encode(text).ToString(),
        ["JSON within JSON"] = text => Twice(text, "JSON"),
        ["JSON, every letter"] = text => Each(text, letter => $"\\u{(int)letter:x4}"),
        ["JSON, every letter, in capitals"] = text => Each(text, letter => $"\\u{(int)letter:X4}"),
        ["JSON, every byte of UTF-8"] = text => EachByte(text, value => $"\\u00{value:x2}"),
        ["JSON as PHP writes it"] = text => All!["JSON"](text).Replace("/", "\\/", StringComparison.Ordinal),
        ["a script's bytes"] = text => EachByte(text, value => $"\\x{value:x2}"),
        ["a script's letters"] = text => Each(text, letter => $"\\u{{{(int)letter:x}}}"),
        ["HTML"] = WebUtility.HtmlEncode,
        ["HTML, twice"] = text => Twice(text, "HTML"),
        ["HTML by names"] = text => Each(text, letter => Names.TryGetValue(letter, out var name) ? $"&{name};" : null),
        ["HTML by names, twice"] = text => WebUtility.HtmlEncode(All!["HTML by names"](text)),
        ["HTML in decimal, every letter"] = text => Each(text, letter => $"&#{(int)letter};"),
        ["HTML in decimal, without semicolons"] = text => Each(text, letter => $"&#{(int)letter:0000000}"),
        ["HTML in hex, every letter"] = text => Each(text, letter => $"&#x{(int)letter:X};"),
        ["an address"] = Uri.EscapeDataString,
        ["an address, every byte, in small letters"] = text => EachByte(text, value => $"%{value:x2}"),
        ["an address, twice"] = text => Twice(text, "an address"),
        ["an address, three times"] = text => Uri.EscapeDataString(Twice(text, "an address")),
        ["an address in Latin-1"] = text => string.Concat(Latin1.GetBytes(text).Select(value => $"%{value:X2}")),
        ["an address as old scripts escape it"] = text => Each(text, letter => $"%u{(int)letter:X4}"),
        ["base64"] = text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        ["base64 of Latin-1"] = text => Convert.ToBase64String(Latin1.GetBytes(text)),
        ["base64 of UTF-16"] = text => Convert.ToBase64String(Encoding.Unicode.GetBytes(text)),
        ["base64, twice"] = text => Twice(text, "base64"),
        ["base64 of an address"] = text => All!["base64"](Uri.EscapeDataString(text)),
        ["base64 of a sentence"] = text => All!["base64"]($"the value {text} is odd"),
        ["base64 for addresses, within a path"] = text =>
            "/v1/" + All!["base64"](text).Replace('+', '-').Replace('/', '_').TrimEnd('='),
        ["hex"] = text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        ["HTML of JSON"] = text => WebUtility.HtmlEncode(All!["JSON, every letter"](text)),
        ["an address of HTML"] = text => Uri.EscapeDataString(All!["HTML"](text)),
        ["JSON of an address of UTF-8 read as Latin-1"] = text =>
            All!["JSON"](Uri.EscapeDataString(All["UTF-8 read as Latin-1"](text))),
        ["with spaces of no width"] = text => Each(text, letter => $"{letter}\u200B"),
        ["with more blanks"] = text => text.Replace(" ", "  \u00A0", StringComparison.Ordinal),
    };

    private static string Twice(string text, string representation) => All[representation](All[representation](text));

    private static string Each(string text, Func<char, string?> spell) =>
        string.Concat(text.Select(letter => spell(letter) ?? letter.ToString()));

    private static string EachByte(string text, Func<byte, string> spell) =>
        string.Concat(Encoding.UTF8.GetBytes(text).Select(spell));

    private static string Decomposed(string text) =>
        text.Replace("ö", "o\u0308", StringComparison.Ordinal)
            .Replace("å", "a\u030A", StringComparison.Ordinal)
            .Replace("é", "e\u0301", StringComparison.Ordinal);

    private static string WithoutAccents(string text) =>
        text.Replace('ö', 'o').Replace('å', 'a').Replace('é', 'e').Replace('ø', 'o');
}
