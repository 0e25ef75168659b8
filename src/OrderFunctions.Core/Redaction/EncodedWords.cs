using System.Buffers.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace OrderFunctions.Redaction;

/// <summary>
/// Cuts out words in base64 or hex that come to one of the hidden values, or to text at all: nobody reads them, so
/// nobody misses them.
/// </summary>
internal static partial class EncodedWords
{
    // With fewer letters, a word or a number may come to text by chance.
    private const int LeastBase64 = 12;
    private const int LeastHex = 20;

    public static void Cut(Cuts cuts, HiddenValues hidden)
    {
        foreach (var word in Base64().EnumerateMatches(cuts.Text))
        {
            // Longer ones are cut out as they are.
            if (
                word.Length <= UnreadableWords.LongestWord
                && IsTelling(cuts.Text.AsSpan(word.Index, word.Length), hidden)
            )
            {
                cuts.Add(word.Index, word.Index + word.Length);
            }
        }
    }

    private static bool IsTelling(ReadOnlySpan<char> word, HiddenValues hidden)
    {
        Span<byte> bytes = stackalloc byte[UnreadableWords.LongestWord];
        // Something else may stand right before it, as in "id/TWFsbcO2".
        for (var offset = 0; offset < 4; offset++)
        {
            var decoded = bytes[..FromBase64(word[offset..], bytes)];
            if (Has(decoded, hidden) || (offset == 0 && word.Length >= LeastBase64 && IsText(decoded)))
            {
                return true;
            }
        }

        foreach (var piece in Letters().EnumerateMatches(word))
        {
            for (var offset = 0; offset < 4; offset++)
            {
                if (IsText(bytes[..FromBase64(word[(piece.Index + offset)..(piece.Index + piece.Length)], bytes)]))
                {
                    return true;
                }
            }
        }

        foreach (var digits in Hex().EnumerateMatches(word))
        {
            Convert.FromHexString(word.Slice(digits.Index, digits.Length), bytes, out _, out var length);
            if (Has(bytes[..length], hidden) || (digits.Length >= LeastHex && IsText(bytes[..length])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(ReadOnlySpan<byte> bytes, HiddenValues hidden)
    {
        var text = Charsets.FromBytes(bytes);
        return IsEncoding(bytes, text)
            ? hidden.StandIn(PlainText.Of(text) ?? text, isText: true)
            : hidden.StandIn(text, isText: false);
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        var text = Charsets.FromBytes(bytes);
        return IsEncoding(bytes, text) && UnreadableWords.IsReadable(text);
    }

    // FromBytes makes a text of anything; of UTF-16 it makes one of half the length.
    private static bool IsEncoding(ReadOnlySpan<byte> bytes, string text) =>
        Utf8.IsValid(bytes) || text.Length <= bytes.Length / 2;

    // As many whole bytes as the word comes to; the alphabets of files and of addresses are read alike.
    private static int FromBase64(ReadOnlySpan<char> word, Span<byte> bytes)
    {
        Span<char> quads = stackalloc char[UnreadableWords.LongestWord + 3];
        var padding = (4 - word.Length % 4) % 4;
        quads = quads[..(word.Length + padding)];
        word.CopyTo(quads);
        quads[word.Length..].Fill('A');
        quads.Replace('+', '-');
        quads.Replace('/', '_');
        Base64Url.TryDecodeFromChars(quads, bytes, out var length);
        return Math.Max(0, length - padding);
    }

    [GeneratedRegex("[A-Za-z0-9+/_-]{6,}", RegexOptions.CultureInvariant)]
    private static partial Regex Base64();

    // Marks of base64 are also what joins words; a piece between them begins at one of four places of a quad.
    [GeneratedRegex("[A-Za-z0-9]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex Letters();

    [GeneratedRegex("(?:[0-9A-Fa-f]{2}){4,}", RegexOptions.CultureInvariant)]
    private static partial Regex Hex();
}
