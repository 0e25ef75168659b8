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

    /// <summary>
    /// An id as a line of the log has it: one that is too long with its beginning and its end, by either of which it is
    /// found again.
    /// </summary>
    public static string ShortenId(this string id, int most)
    {
        if (id.Length <= most)
        {
            return id;
        }

        var end = most / 3;
        var start = most - 1 - end;
        return string.Concat(id.AsSpan(0, start).TrimEndOfPair(), "…", id.AsSpan(id.Length - end).TrimStartOfPair());
    }

    private static ReadOnlySpan<char> TrimEndOfPair(this ReadOnlySpan<char> text) =>
        char.IsHighSurrogate(text[^1]) ? text[..^1] : text;

    private static ReadOnlySpan<char> TrimStartOfPair(this ReadOnlySpan<char> text) =>
        char.IsLowSurrogate(text[0]) ? text[1..] : text;
}
