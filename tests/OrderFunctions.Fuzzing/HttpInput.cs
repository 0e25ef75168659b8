using System.Globalization;
using System.Text;

namespace OrderFunctions.Fuzzing;

/// <summary>A request that is well-formed HTTP: what it says may be anything.</summary>
/// <param name="Target">Path and query, escaped as they stand in the request line.</param>
internal sealed record HttpInput(
    string Method,
    string Target,
    IReadOnlyList<(string Name, string Value)> Headers,
    byte[] Body
) : IInput<HttpInput>
{
    public IEnumerable<HttpInput> Smaller() =>
        [
            .. Headers.Select((_, index) => this with { Headers = [.. Headers.Where((_, other) => other != index)] }),
            .. QueryCuts(),
            .. Cuts.Of(Body).Select(body => this with { Body = body }),
        ];

    public override string ToString() =>
        $"{Method} {Target}\n{string.Concat(Headers.Select(header => $"{header.Name}: {header.Value}\n"))}\n{Cuts.Show(Body)}";

    private IEnumerable<HttpInput> QueryCuts()
    {
        if (Target.Split('?', 2) is not [var path, var query])
        {
            yield break;
        }

        foreach (var cut in Cuts.Of(Encoding.ASCII.GetBytes(query)))
        {
            yield return this with
            {
                Target = $"{path}?{Encoding.ASCII.GetString(cut)}",
            };
        }
    }
}

/// <summary>Addresses as callers may write them: known and unknown parameters, once and often, with whatever value.</summary>
internal static class Addresses
{
    private static readonly string[] Values =
    [
        "",
        " ",
        "duel",
        "Avantlink",
        "avantlink,duel",
        ",,",
        "1001",
        "true",
        "TRUE",
        "false",
        "1",
        "0",
        "-1",
        "500",
        "501",
        "1e3",
        "+5",
        "2147483648",
        "9223372036854775807",
        "99999999999999999999",
        "2026-11-21T12:00:00Z",
        "2026-11-21T12:00:00+01:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.9999999Z",
        "9999-12-31T23:59:59-14:00",
        "json",
        "csv",
        "ugc",
        "image",
        "59d08c54-18e6-4e0d-9c06-d18be3510e43",
        "https://shop.example/a?b=c#d",
        "https://shop.example@evil.example/",
        "https://evil.example\\@shop.example/",
        "//evil.example",
        "javascript:alert(1)",
        "http://shop.example:99999/",
        "\u0000",
        "\r\nSet-Cookie: a=b",
        "\ud83d\ude00",
        "a/b",
        "..",
        "%2e%2e",
        "%",
        "Rejected",
        "<script>",
    ];

    private static readonly string[] Broken =
    [
        "%",
        "%f",
        "%ff%fe",
        "%00",
        "%ed%a0%80",
        "%zz",
        "+",
        "&",
        "=",
        "%26",
        "%2F",
        "%252F",
        ";",
        "|",
    ];

    public static string Query(Random random, params IReadOnlyList<string> names)
    {
        var query = new StringBuilder();
        for (var count = random.Pick([0, 1, 1, 2, 3, 6]); count > 0; count--)
        {
            var name = random.Next(12) == 0 ? Noise(random) : random.Pick(names);
            name = random.Next(20) == 0 ? name.ToUpperInvariant() : name;
            query
                .Append(query.Length == 0 ? '?' : '&')
                .Append(name)
                .Append(random.Next(30) == 0 ? "" : "=")
                .Append(Value(random));
        }

        return query.ToString();
    }

    /// <summary>One segment of a path.</summary>
    public static string Segment(Random random, params IReadOnlyList<string> usual) =>
        random.Next(3) == 0 ? random.Pick(usual)
        : Value(random) is { Length: > 0 } value ? value
        : "a";

    private static string Value(Random random) =>
        random.Next(8) switch
        {
            0 => Noise(random),
            1 => random.Pick(Broken),
            2 when random.Next(10) == 0 => new string('a', random.Pick([129, 257, 4097, 60_000])),
            _ => Escape(random.Pick(Values), random),
        };

    // One in ten as it is: ASCII signs that belong escaped may stand there all the same.
    private static string Escape(string text, Random random) =>
        random.Next(10) == 0 && text.All(letter => letter is > ' ' and <= '~' and not '#')
            ? text
            : Uri.EscapeDataString(text);

    private static string Noise(Random random)
    {
        var bytes = new byte[random.Next(1, 12)];
        random.NextBytes(bytes);
        return string.Concat(
            bytes.Select(one =>
                char.IsAsciiLetterOrDigit((char)one)
                    ? $"{(char)one}"
                    : one.ToString("'%'X2", CultureInfo.InvariantCulture)
            )
        );
    }
}
