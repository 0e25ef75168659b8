namespace OrderFunctions.Redaction;

/// <summary>
/// A text's letters and digits, in lower case and without accents, and where in the text each stands: spellings that
/// differ in blanks, marks, case or accents have the same.
/// </summary>
internal readonly struct FoldedText
{
    // The letters of U+00C0 to U+017F without their accents. String.Normalize does nothing here: the build is invariant.
    private const string WithoutAccents =
        "aaaaaaaceeeeiiiidnooooo×ouuuuytsaaaaaaaceeeeiiiidnooooo÷ouuuuyty"
        + "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrr"
        + "ssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    private readonly char[] _letters;
    private readonly int[] _places;

    public FoldedText(string text)
    {
        (_letters, _places) = (new char[text.Length], new int[text.Length]);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsLetter(text[i]))
            {
                _letters[Length] = Fold(text[i]);
                _places[Length++] = i;
            }
        }
    }

    public int Length { get; }

    public char this[int index] => _letters[index];

    /// <summary>Where in the text a letter stands.</summary>
    public int PlaceOf(int index) => _places[index];

    /// <summary>Whether a character counts: letters, digits and all beyond U+FFFF.</summary>
    public static bool IsLetter(char character) =>
        char.IsAscii(character)
            ? char.IsAsciiLetterOrDigit(character)
            : char.IsLetterOrDigit(character) || char.IsSurrogate(character);

    private static char Fold(char letter) =>
        letter switch
        {
            >= '\u00C0' and <= '\u017F' => WithoutAccents[letter - '\u00C0'],
            // The wide forms of Japanese texts.
            >= '\uFF10' and <= '\uFF5A' => char.ToLowerInvariant((char)(letter - 0xFEE0)),
            _ => char.ToLowerInvariant(letter),
        };
}
