using System.Buffers.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace OrderFunctions.Redaction;

/// <summary>
/// Finds e-mail addresses in words of base64 or hex, one within the other or not, which mail programs and shops put into
/// links and ids. A hash is none: nothing can be read out of it. In a word that goes on before or behind the address, one of
/// less than 14 ASCII letters is not found.
/// </summary>
internal static partial class EncodedEmails
{
    private const int MostLayers = 3;

    /// <summary>Whether a word comes to an e-mail address.</summary>
    public static bool StandIn(string text) => StandIn(text, MostLayers);

    /// <summary>The text with the words that do replaced, each as far as it stands between two slashes.</summary>
    public static string Replace(string text, string instead) =>
        WordOfAddress().Replace(text, word => StandIn(Uri.UnescapeDataString(word.Value)) ? instead : word.Value);

    private static bool StandIn(string text, int layers) =>
        Word().Matches(text).Any(word => Decoded(word.Value).Any(bytes => IsTelling(bytes, layers)));

    private static bool IsTelling(byte[] bytes, int layers)
    {
        var text = Charsets.FromBytes(bytes);
        var isText = (Utf8.IsValid(bytes) || text.Length <= bytes.Length / 2) && UnreadableWords.IsReadable(text);
        return isText
            ? PersonalData.HasReadableEmail(text) || (layers > 1 && StandIn(text, layers - 1))
            : Run()
                .Matches(text)
                .Any(run => AsciiEmail().IsMatch(run.Value) || (layers > 1 && StandIn(run.Value, layers - 1)));
    }

    // Where a word begins is not known: base64 is read from each of the four places of a quad, hex from both of a pair.
    private static IEnumerable<byte[]> Decoded(string word)
    {
        for (var start = 0; start < 4; start++)
        {
            var letters = word[start..].Replace('+', '-').Replace('/', '_');
            // Filled up to whole quads, which no letter then breaks off; what that adds is left out again.
            var fill = (4 - letters.Length % 4) % 4;
            yield return Base64Url.DecodeFromChars(letters + new string('A', fill))[..^fill];
        }

        foreach (Match digits in Hex().Matches(word))
        {
            for (var start = 0; start < 2; start++)
            {
                yield return Convert.FromHexString(
                    digits.Value[start..(digits.Length - ((digits.Length - start) % 2))]
                );
            }
        }
    }

    // As short as an address can be in either.
    [GeneratedRegex("[A-Za-z0-9+/_-]{8,}", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex("([A-Za-z0-9+_-]|%2[BF]){8,}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WordOfAddress();

    [GeneratedRegex("[0-9A-Fa-f]{12,}", RegexOptions.CultureInvariant)]
    private static partial Regex Hex();

    // Where something else stood right before the word, or behind it, what that comes to is rubbish. Rubbish alone comes to
    // so long a run with an address in it in less than one of a million words.
    [GeneratedRegex("[ -~]{14,}", RegexOptions.CultureInvariant)]
    private static partial Regex Run();

    [GeneratedRegex(
        @"[A-Za-z0-9._%+'-](@|%(25)*40)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2}",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex AsciiEmail();
}
