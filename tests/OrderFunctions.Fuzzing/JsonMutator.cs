using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// Valid JSON, made wrong in a few places: fields dropped, doubled, renamed and moved, types swapped, values at and
/// beyond every limit, and text that is no JSON any more.
/// </summary>
/// <param name="samples">Valid ones; fields and values of all of them are put into each.</param>
internal sealed class JsonMutator(params IReadOnlyList<string> samples)
{
    private static readonly string[] Numbers =
    [
        "1e400",
        "-1e400",
        "-0",
        "0",
        "-1",
        "0.1234567890123456789012345678",
        "1e-30",
        "1e-27",
        "1e-8",
        "0.00000001",
        "0.01",
        "0.005",
        "1e0",
        "1E+2",
        "12.34",
        "999999999999",
        "999999999999.99",
        "-999999999999",
        "1000000000000",
        "1000000",
        "1000001",
        "1e27",
        "9999999999999999999999999999",
        "79228162514264337593543950335",
        "2147483647",
        "2147483648",
        "-2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "123456789012345678901234567890123456789012345",
        "1.0000000000000000000000000001",
        "01",
        "+1",
        ".5",
        "1.",
        "0x10",
        "NaN",
        "-Infinity",
        "1e",
        "--1",
    ];

    private static readonly string[] Texts =
    [
        "",
        " ",
        "a",
        "..",
        ".",
        "a/b",
        "a\\\\b",
        "%2F",
        "a?b#c",
        "\\ud800",
        "e\\udc00d",
        "\\ud83d\\ude00",
        "\\u0000",
        "a\\u0001b",
        "\\u202e\\ufeff",
        "\\u0085",
        "{0}",
        "%s%n",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "\\r\\nSet-Cookie: a=b",
        "=cmd|' /C calc'!A0",
        "true",
        "null",
        "12.50",
        "-0",
        "1e400",
        "paid",
        "pending",
        "partiallyRefunded",
        "refunded",
        "cancelled",
        "EUR",
        "JPY",
        "BHD",
        "CLF",
        "eur",
        "XXX",
        "duel",
        "DUEL",
        "avantlink",
        "retrack",
        "katalys",
        "2026-11-21T12:00:00Z",
        "2026-11-21T12:00:60Z",
        "2026-02-30T12:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999999Z",
        "9999-12-31T23:59:59-14:00",
        "2026-11-21T12:00:00+99:99",
        "1969-12-31T23:59:59Z",
        "2026-11-21",
        "203.0.113.45",
        "::1",
        "::ffff:203.0.113.45",
        "fe80::1%eth0",
        "0x7f.1",
        "1f80e399-6f55-4cef-b8b0-0f74752c1ceb",
        "https://shop.example/?avad=1_a&click=59d08c54-18e6-4e0d-9c06-d18be3510e43#x",
        "http://[::1",
        "https://\\u0000/",
        "https://shop.example:99999/",
        "javascript:alert(1)",
        "//shop.example",
        "https://xn--a/%zz",
        "?avad=%u0000&click=%ff&duel_a=\\ud800",
        "alex@example.com",
    ];

    private static readonly string[] Names = ["", "__proto__", "a.b", "a'b", "o\\ud800", "\\u006frder", "$", "\\u0000"];

    // So that what is doubled again and again stays within some megabytes.
    private const int MostNodes = 100_000;

    private readonly Node[] _samples = [.. samples.Select(Node.Parse)];

    private readonly string[] _names =
    [
        .. samples
            .SelectMany(sample => Node.Parse(sample).All())
            .SelectMany(each => each.Children)
            .Select(each => each.Name)
            .Distinct(),
    ];

    /// <summary>One of the samples with up to six changes; one in eight as it is but for its bytes.</summary>
    public byte[] Next(Random random)
    {
        var root = random.Pick(_samples).Copy();
        for (
            var changes = random.Next(8) switch
            {
                < 4 => 1,
                < 6 => 2,
                6 => 6,
                _ => 0,
            };
            changes > 0;
            changes--
        )
        {
            root = Change(root, random);
        }

        var bytes = Encoding.UTF8.GetBytes(root.Write(random, isSloppy: random.Next(40) == 0));
        return random.Next(8) == 0 ? ByteMutator.Next(bytes, random) : bytes;
    }

    private Node Change(Node root, Random random)
    {
        var all = root.All();
        var node = random.Pick(all);
        var parents = all.Where(each => each.Children.Count > 0).ToList();
        if (parents.Count == 0 || random.Next(3) == 0)
        {
            node.Become(Value(random));
            return root;
        }

        var parent = random.Pick(parents);
        var at = random.Next(parent.Children.Count);
        var (name, child) = parent.Children[at];
        switch (random.Next(10))
        {
            case 0:
                parent.Children.RemoveAt(at);
                break;
            case 1:
                parent.Children.Insert(
                    random.Next(parent.Children.Count),
                    (name, random.Next(2) == 0 ? child.Copy() : Value(random))
                );
                break;
            case 2:
                parent.Children[at] = (Name(name, random), child);
                break;
            case 3:
                // To another place, where the form of what stands there is another.
                node.Become(child.Copy());
                break;
            case 4:
                parent.Children.Add((Name(name, random), Value(random)));
                break;
            case 5:
                child.Become(Nested(child.Copy(), random));
                break;
            case 6:
                var times = Math.Min(random.Pick([1, 15, 50, 100, 1000]), MostNodes / all.Count);
                parent.Children.AddRange(Enumerable.Range(0, times).Select(_ => (name, child.Copy())));
                break;
            case 7:
                child.Become(Swapped(child));
                break;
            default:
                child.Become(Value(random));
                break;
        }

        return root;
    }

    private Node Value(Random random) =>
        random.Next(10) switch
        {
            < 3 => Node.Scalar(random.Pick(Numbers)),
            < 6 => Node.Scalar($"\"{random.Pick(Texts)}\""),
            6 => Node.Scalar(
                $"\"{new string(random.Pick("aé€\u0301"), random.Pick([127, 128, 129, 256, 257, 1025, 4096, 4097, 70_000]))}\""
            ),
            7 => Node.Scalar(random.Pick(["null", "true", "false", "[]", "{}"])),
            8 => Node.Scalar($"\"{random.Pick(Numbers)}\""),
            _ => random.Pick(random.Pick(_samples).All()).Copy(),
        };

    // Another sample's name, one letter off, one in another case, or none that anybody would think of.
    private string Name(string name, Random random) =>
        random.Next(5) switch
        {
            0 => random.Pick(Names),
            1 => name.Length > 0 ? name.Remove(random.Next(name.Length), 1) : "a",
            2 => name.ToUpper(CultureInfo.InvariantCulture),
            3 => new string('n', random.Pick([100, 5000])),
            _ => random.Pick(_names),
        };

    private static Node Nested(Node node, Random random)
    {
        for (var depth = random.Pick([1, 2, 60, 64, 70, 1000]); depth > 0; depth--)
        {
            node = random.Next(2) == 0 ? Node.Array(node) : Node.Object("a", node);
        }

        return node;
    }

    private static Node Swapped(Node node) =>
        node.Raw is not { } raw ? Node.Scalar("\"text\"")
        : raw.StartsWith('"') ? Node.Scalar(raw.Trim('"') is { Length: > 0 } text ? text : "0")
        : Node.Scalar($"\"{raw}\"");
}

/// <summary>JSON that need not be valid: names may come twice, and values are whatever text stands there.</summary>
internal sealed class Node
{
    private bool _isArray;

    /// <summary>A scalar's own text; null: an object or an array.</summary>
    public string? Raw { get; private set; }

    /// <summary>An array's have a name that is not written.</summary>
    public List<(string Name, Node Value)> Children { get; private set; } = [];

    public static Node Scalar(string raw) => new() { Raw = raw };

    public static Node Array(Node item) => new() { _isArray = true, Children = [("", item)] };

    public static Node Object(string name, Node value) => new() { Children = [(name, value)] };

    public static Node Parse(string json) => Of(JsonElement.Parse(json));

    /// <summary>This and all that stands in it. By a list: iterators in iterators would take the square of their depth.</summary>
    public List<Node> All()
    {
        var all = new List<Node> { this };
        for (var at = 0; at < all.Count; at++)
        {
            all.AddRange(all[at].Children.Select(child => child.Value));
        }

        return all;
    }

    public Node Copy() =>
        new()
        {
            Raw = Raw,
            _isArray = _isArray,
            Children = [.. Children.Select(child => (child.Name, child.Value.Copy()))],
        };

    public void Become(Node other) => (Raw, _isArray, Children) = (other.Raw, other._isArray, other.Children);

    /// <param name="isSloppy">With comments, trailing commas and single quotes.</param>
    public string Write(Random random, bool isSloppy)
    {
        var text = new StringBuilder();
        Write(text, random, isSloppy);
        return text.ToString();
    }

    private void Write(StringBuilder text, Random random, bool isSloppy)
    {
        if (Raw is not null)
        {
            text.Append(Raw);
            return;
        }

        text.Append(_isArray ? '[' : '{');
        foreach (var (index, (name, value)) in Children.Index())
        {
            text.Append(index == 0 ? "" : ",");
            if (!_isArray)
            {
                text.Append('"').Append(name).Append("\":");
            }

            value.Write(text, random, isSloppy);
            if (isSloppy && random.Next(4) == 0)
            {
                text.Append(random.Pick(["/* c */", "// c\n", ",", "\v", "\u00a0", "'"]));
            }
        }

        text.Append(_isArray ? ']' : '}');
    }

    private static Node Of(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => new Node
            {
                Children = [.. element.EnumerateObject().Select(field => (field.Name, Of(field.Value)))],
            },
            JsonValueKind.Array => new Node
            {
                _isArray = true,
                Children = [.. element.EnumerateArray().Select(item => ("", Of(item)))],
            },
            _ => Scalar(element.GetRawText()),
        };
}
