using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrderFunctions.Redaction;

/// <summary>Cuts out words that nobody could read: they may say anything.</summary>
internal static class UnreadableWords
{
    /// <summary>No word that a person reads is longer.</summary>
    public const int LongestWord = 128;

    // What stands between the words of prose, JSON, HTML and addresses.
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\r\n\"'<>{}[](),;:=&|");

    public static void Cut(Cuts cuts)
    {
        var text = cuts.Text;
        for (var start = 0; start < text.Length; )
        {
            var length = text.AsSpan(start).IndexOfAny(Separators);
            var end = length < 0 ? text.Length : start + length;
            if (end - start > LongestWord || !IsReadable(text.AsSpan(start..end)))
            {
                cuts.Add(start, end);
            }

            start = end + 1;
        }
    }

    /// <summary>Whether all characters are such as people write; U+FFFD stands where a decoder gave up.</summary>
    public static bool IsReadable(ReadOnlySpan<char> word)
    {
        if (!word.ContainsAnyExceptInRange(' ', '~'))
        {
            return true;
        }

        foreach (var rune in word.EnumerateRunes())
        {
            if (
                rune == Rune.ReplacementChar
                || Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control
                        or UnicodeCategory.PrivateUse
                        or UnicodeCategory.OtherNotAssigned
            )
            {
                return false;
            }
        }

        return true;
    }
}
