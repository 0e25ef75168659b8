using System.Text;

namespace OrderFunctions.Redaction;

/// <summary>A value that must not be kept, in one of the spellings to look for.</summary>
/// <param name="Text">In plain spelling.</param>
/// <param name="IsWord">Whether it counts only as a word of its own.</param>
/// <param name="IsExact">Whether it counts only in its own case, or in capitals, where it stands in a sentence.</param>
internal sealed record HiddenValue(string Text, bool IsWord, bool IsExact)
{
    // Values with fewer letters are words, or parts of words, in half of all sentences.
    private const int ShortLetters = 4;

    // Longer ones are found by decoding what looks encoded; so short a run may well be a word.
    private const int LongestToEncode = 8;

    private const string DataMarks = "\"'=:&|<>{}[]";

    private readonly int _start = Text.TakeWhile(letter => !FoldedText.IsLetter(letter)).Count();

    private readonly int _end = Text.Length - Text.Reverse().TakeWhile(letter => !FoldedText.IsLetter(letter)).Count();

    /// <summary>The spellings of a value that decoding a text does not bring to one.</summary>
    public static IEnumerable<HiddenValue> SpellingsOf(string value)
    {
        var letters = value.Count(FoldedText.IsLetter);
        if (letters == 0)
        {
            yield break;
        }

        var isShort = letters < ShortLetters;
        yield return new HiddenValue(value, isShort, isShort);

        // Letters beyond ASCII may have become question marks.
        var ascii = string.Concat(value.Where(char.IsAscii));
        if (ascii.Length < value.Length && ascii.Count(FoldedText.IsLetter) is >= ShortLetters - 1 and var left)
        {
            yield return new HiddenValue(ascii, IsWord: true, left < ShortLetters);
        }

        // One letter is not worth hiding in numbers that it comes to.
        if (letters > 1 && value.Length <= LongestToEncode)
        {
            foreach (var encoding in new[] { Encoding.UTF8, Encoding.Latin1, Encoding.Unicode })
            {
                var bytes = encoding.GetBytes(value);
                var once = Convert.ToBase64String(bytes);
                var twice = Convert.ToBase64String(Encoding.UTF8.GetBytes(once));
                yield return new HiddenValue(once, IsWord: true, IsExact: true);
                yield return new HiddenValue(twice, IsWord: true, IsExact: true);
                yield return new HiddenValue(Convert.ToHexString(bytes), IsWord: true, IsExact: false);
            }
        }
    }

    /// <summary>The part of a text that is this value, where its letters stand there; null where they are part of something else.</summary>
    /// <param name="start">Where its first letter stands.</param>
    /// <param name="end">Behind its last letter.</param>
    public (int Start, int End)? PlaceIn(string text, int start, int end)
    {
        var isWord = IsEdge(text, start) && IsEdge(text, end);
        // "with union" has the letters of Thun.
        var isInOnePiece = end - start <= _end - _start;
        if (!(isWord || (isInOnePiece && !IsWord)) || (IsExact && !IsExactIn(text, start, end)))
        {
            return null;
        }

        for (var i = _start - 1; i >= 0 && start > 0 && text[start - 1] == Text[i]; i--)
        {
            start--;
        }

        for (var i = _end; i < Text.Length && end < text.Length && text[end] == Text[i]; i++)
        {
            end++;
        }

        return (start, end);
    }

    // "no" is a word, "NO" a country; between data's marks anything is a value.
    private bool IsExactIn(string text, int start, int end)
    {
        var isData =
            start > 0 && end < text.Length && DataMarks.Contains(text[start - 1]) && DataMarks.Contains(text[end]);
        var found = string.Concat(text[start..end].Where(FoldedText.IsLetter));
        var own = string.Concat(Text.Where(FoldedText.IsLetter));
        return isData || found == own || !found.Any(char.IsLower);
    }

    private static bool IsEdge(string text, int place) =>
        place == 0
        || place == text.Length
        || !FoldedText.IsLetter(text[place - 1])
        || !FoldedText.IsLetter(text[place]);
}
