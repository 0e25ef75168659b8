namespace OrderFunctions.Import;

/// <summary>One line of the file.</summary>
/// <param name="Number">From 1.</param>
/// <param name="End">Where the next line begins, in bytes.</param>
/// <param name="Text">Without its line break; valid until the next line is read. Empty where it is longer than any event.</param>
/// <param name="Length">In bytes, also where it is longer than any event.</param>
internal readonly record struct Line(long Number, long End, ReadOnlyMemory<byte> Text, long Length)
{
    public bool IsBlank => Length == Text.Length && Text.Span.IndexOfAnyExcept(" \t\r"u8) < 0;
}
