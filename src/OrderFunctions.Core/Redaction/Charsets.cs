using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace OrderFunctions.Redaction;

/// <summary>Reads bytes whose charset nobody tells, or tells wrongly.</summary>
internal static class Charsets
{
    // What Windows-1252 has in the places 0x80 to 0x9F, where Latin-1 has none.
    private const string Windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

    /// <summary>
    /// Bytes as text: UTF-16 where they look like it, else UTF-8, and Windows-1252 for each byte that is not. Never
    /// fails.
    /// </summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        var text =
            Utf16(bytes)?.GetString(bytes) ?? (Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Mixed(bytes));
        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    /// <summary>The text with UTF-8 that was taken for Latin-1 or Windows-1252 put right, and without characters of no width.</summary>
    public static string WithoutMojibake(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var mended = new StringBuilder(text.Length);
        var run = new List<byte>();
        foreach (var letter in text)
        {
            if (ByteOf(letter) is { } value)
            {
                run.Add(value);
                continue;
            }

            Flush();
            if (char.GetUnicodeCategory(letter) != UnicodeCategory.Format)
            {
                mended.Append(letter);
            }
        }

        Flush();
        return mended.ToString();

        void Flush()
        {
            mended.Append(Mixed(CollectionsMarshal.AsSpan(run)));
            run.Clear();
        }
    }

    // English and its like have a zero in every other byte; text in one byte each has none.
    private static Encoding? Utf16(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
        }

        var (even, odd) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            (even, odd) =
                bytes[i] != 0 ? (even, odd)
                : i % 2 == 0 ? (even + 1, odd)
                : (even, odd + 1);
        }

        return even + odd <= bytes.Length / 4 ? null
            : even == 0 ? Encoding.Unicode
            : odd == 0 ? Encoding.BigEndianUnicode
            : null;
    }

    private static string Mixed(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done)
            {
                text.Append(rune);
            }
            else
            {
                length = 1;
                text.Append(bytes[0] is >= 0x80 and <= 0x9F ? Windows1252[bytes[0] - 0x80] : (char)bytes[0]);
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    // The byte beyond ASCII that Windows-1252 or Latin-1 spells so.
    private static byte? ByteOf(char letter) =>
        letter switch
        {
            < '\u0080' => null,
            <= '\u00FF' => (byte)letter,
            _ => Windows1252.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var index
                ? (byte)(0x80 + index)
                : null,
        };
}
