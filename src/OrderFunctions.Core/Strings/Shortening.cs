namespace OrderFunctions.Strings;

internal static class Shortening
{
    /// <summary>At most so many UTF-16 code units, an ellipsis at the end of what was cut.</summary>
    public static string Shorten(this string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        // Not between the two halves of a character beyond U+FFFF.
        var kept = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return $"{text.AsSpan(0, kept)}…";
    }
}
