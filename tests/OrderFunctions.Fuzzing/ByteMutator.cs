namespace OrderFunctions.Fuzzing;

/// <summary>Bytes with a few of them changed: flipped, cut out, put in, doubled, moved, or none of what was there.</summary>
internal static class ByteMutator
{
    private static readonly byte[][] Splinters =
    [
        [0xEF, 0xBB, 0xBF],
        [0xFF, 0xFE],
        [0xFE, 0xFF],
        [0xC0, 0x80],
        [0xED, 0xA0, 0x80],
        [0xF5, 0x80, 0x80, 0x80],
        [0x00],
        [0x1F, 0x8B, 0x08],
        "\r\n"u8.ToArray(),
        "\n"u8.ToArray(),
        "\r"u8.ToArray(),
        "\""u8.ToArray(),
        "{\"a\":"u8.ToArray(),
        "[[[[[[[["u8.ToArray(),
        "/**/"u8.ToArray(),
    ];

    public static byte[] Next(byte[] bytes, Random random)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            bytes = Change(bytes, random);
        }

        return bytes;
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        var from = random.Next(bytes.Length + 1);
        var to = Math.Min(bytes.Length, from + random.Next(1, random.Pick([2, 16, 4096])));
        switch (random.Next(8))
        {
            case 0 or 1 when bytes.Length > 0:
                byte[] flipped = [.. bytes];
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 2:
                return [.. bytes[..from], .. bytes[to..]];
            case 3:
                return bytes[..from];
            case 4:
                return [.. bytes[..to], .. bytes[from..]];
            case 5:
                var at = random.Next(bytes.Length + 1);
                byte[] rest = [.. bytes[..from], .. bytes[to..]];
                at = Math.Min(at, rest.Length);
                return [.. rest[..at], .. bytes[from..to], .. rest[at..]];
            case 6:
                return [.. bytes[..from], .. random.Pick(Splinters), .. bytes[from..]];
            default:
                var noise = new byte[random.Pick([1, 4, 64])];
                random.NextBytes(noise);
                return random.Next(20) == 0 ? noise : [.. bytes[..from], .. noise, .. bytes[from..]];
        }
    }
}

internal static class RandomExtensions
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    public static char Pick(this Random random, string from) => from[random.Next(from.Length)];
}
