using System.Buffers;
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
    private const int LeastRun = 14;

    /// <summary>Whether a word comes to an e-mail address.</summary>
    public static bool StandIn(string text) => StandIn(text, MostLayers);

    /// <summary>The text with the words that do replaced, each as far as it stands between two slashes.</summary>
    public static string Replace(string text, string instead)
    {
        Cuts? cuts = null;
        foreach (var found in WordOfAddress().EnumerateMatches(text))
        {
            var word = text.AsSpan(found.Index, found.Length);
            var isEmail = word.Contains('%') ? StandIn(Uri.UnescapeDataString(word)) : ComesToEmail(word, MostLayers);
            if (isEmail)
            {
                cuts ??= new Cuts(text);
                cuts.Add(found.Index, found.Index + found.Length);
            }
        }

        return cuts?.Apply(instead) ?? text;
    }

    private static bool StandIn(string text, int layers)
    {
        foreach (var word in Word().EnumerateMatches(text))
        {
            if (ComesToEmail(text.AsSpan(word.Index, word.Length), layers))
            {
                return true;
            }
        }

        return false;
    }

    // Where a word begins is not known: base64 is read from each of the four places of a quad, hex from both of a pair.
    private static bool ComesToEmail(ReadOnlySpan<char> word, int layers)
    {
        var letters = ArrayPool<char>.Shared.Rent(word.Length + 3);
        var bytes = ArrayPool<byte>.Shared.Rent(word.Length + 3);
        try
        {
            for (var start = 0; start < 4; start++)
            {
                // Filled up to whole quads, which no letter then breaks off; what that adds is left out again.
                var fill = (4 - (word.Length - start) % 4) % 4;
                var quads = letters.AsSpan(0, word.Length - start + fill);
                word[start..].CopyTo(quads);
                quads[^fill..].Fill('A');
                quads.Replace('+', '-');
                quads.Replace('/', '_');
                Base64Url.TryDecodeFromChars(quads, bytes, out var length);
                if (IsTelling(bytes.AsSpan(0, Math.Max(0, length - fill)), layers))
                {
                    return true;
                }
            }

            foreach (var digits in Hex().EnumerateMatches(word))
            {
                for (var start = 0; start < 2; start++)
                {
                    var pairs = word.Slice(digits.Index + start, (digits.Length - start) / 2 * 2);
                    Convert.FromHexString(pairs, bytes, out _, out var length);
                    if (IsTelling(bytes.AsSpan(0, length), layers))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(letters);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static bool IsTelling(ReadOnlySpan<byte> bytes, int layers)
    {
        // Most words are none of ours, and come to rubbish: no text is made of that.
        if (!MayBeText(bytes))
        {
            return false;
        }

        var text = Charsets.FromBytes(bytes);
        var isText = (Utf8.IsValid(bytes) || text.Length <= bytes.Length / 2) && UnreadableWords.IsReadable(text);
        return isText
            ? PersonalData.HasReadableEmail(text) || (layers > 1 && StandIn(text, layers - 1))
            : Run()
                .Matches(text)
                .Any(run => AsciiEmail().IsMatch(run.Value) || (layers > 1 && StandIn(run.Value, layers - 1)));
    }

    private static bool MayBeText(ReadOnlySpan<byte> bytes)
    {
        // A zero: it may be UTF-16.
        if (Utf8.IsValid(bytes) || bytes.Contains((byte)0))
        {
            return true;
        }

        var run = 0;
        foreach (var value in bytes)
        {
            run = value is >= (byte)' ' and <= (byte)'~' ? run + 1 : 0;
            if (run == LeastRun)
            {
                return true;
            }
        }

        return false;
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
