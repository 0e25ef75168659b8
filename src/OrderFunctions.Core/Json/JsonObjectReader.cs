using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrderFunctions.Orders;

namespace OrderFunctions.Json;

/// <summary>
/// Reads the fields of one JSON object and notes everything that is wrong with them, where a deserializer
/// would stop at the first error. A field that is wrong or missing reads as null or its default, so that
/// reading can go on; the result counts only if no error was noted. Once no more errors are told, reading stops.
/// </summary>
public sealed partial class JsonObjectReader
{
    private const int LongestText = 4096;

    private readonly string _path;
    private readonly ValidationErrors _errors;
    private readonly Dictionary<string, JsonElement> _fields = [];

    // Room for the names that most objects are asked for; a list that grows to it is copied three times.
    private readonly List<string> _known = new(16);
    private HashSet<string>? _wrong;

    public JsonObjectReader(JsonElement element, string path, ValidationErrors errors)
    {
        _path = path;
        _errors = errors;
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(path, $"must be an object, not {JsonText.Describe(element)}");
            IsObject = false;
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            if (errors.IsFull)
            {
                break;
            }

            if (JsonText.NameOf(property) is not { } name)
            {
                errors.Add(path, "has a field whose name is not valid Unicode");
            }
            else if (!_fields.TryAdd(name, property.Value))
            {
                errors.Add(PathOf(name), "stands here more than once");
            }
        }
    }

    /// <summary>False where the element is something else than an object: then nothing is reported missing in it.</summary>
    public bool IsObject { get; } = true;

    public string PathOf(string name) =>
        PlainName().IsMatch(name)
            ? $"{_path}.{name}"
            : $"{_path}['{name.Replace("'", "\\'", StringComparison.Ordinal)}']";

    public void Error(string name, string message)
    {
        (_wrong ??= []).Add(name);
        _errors.Add(PathOf(name), message);
    }

    /// <summary>Notes that a field is missing whose value was not to be had, unless it is there and was found wrong.</summary>
    /// <param name="orElse">A field that may stand in its place.</param>
    public void ErrorIfAbsent(string name, string message, string? orElse = null)
    {
        var isWrong = _wrong is not null && (_wrong.Contains(name) || (orElse is not null && _wrong.Contains(orElse)));
        if (IsObject && !isWrong)
        {
            Error(name, message);
        }
    }

    public string? Text(string name, int longest = LongestText, bool required = false)
    {
        if (Find(name, required) is not { } element)
        {
            return null;
        }

        var text = ReadText(element, longest, out var error);
        if (error is not null)
        {
            Error(name, error);
        }

        if (text is "" && required)
        {
            Error(name, "must not be empty");
        }

        return text is "" ? null : text;
    }

    /// <param name="problem">What is wrong with a text, or null.</param>
    public IReadOnlyList<string> Texts(
        string name,
        int most,
        int longest = LongestText,
        Func<string, string?>? problem = null
    )
    {
        var texts = new List<string>();
        foreach (var (element, index) in Items(name, most))
        {
            var text = ReadText(element, longest, out var error);
            if (text is { Length: > 0 })
            {
                texts.Add(text);
                error = problem?.Invoke(text);
            }

            if (error is not null)
            {
                _errors.Add(PathOf(name, index), error);
            }
        }

        return texts;
    }

    public DateTimeOffset? Time(string name, bool required)
    {
        if (Find(name, required) is not { } element)
        {
            return null;
        }

        if (element.ValueKind != JsonValueKind.String)
        {
            Error(name, $"must be a time as RFC 3339 text, not {JsonText.Describe(element)}");
            return null;
        }

        if (Rfc3339.TryParse(JsonText.Of(element), out var time))
        {
            return time;
        }

        Error(name, Rfc3339.Rule);
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name, required: false) is not { } element)
        {
            return null;
        }

        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return element.GetBoolean();
        }

        Error(name, $"must be true or false, not {JsonText.Describe(element)}");
        return null;
    }

    public int? Count(string name, int least, int most, bool required = false)
    {
        if (Find(name, required) is not { } element)
        {
            return null;
        }

        if (
            ReadDecimal(element) is { } number
            && number == decimal.Truncate(number)
            && number >= least
            && number <= most
        )
        {
            return (int)number;
        }

        Error(name, $"must be a whole number from {least} to {most}, not {JsonText.Describe(element)}");
        return null;
    }

    /// <summary>An exact amount from a JSON number or string, with at most <paramref name="decimals"/> decimals.</summary>
    /// <param name="unit">What has so many decimals, for the error.</param>
    public decimal? Amount(string name, int decimals, string unit, bool required = false, decimal least = 0)
    {
        if (Find(name, required) is not { } element)
        {
            return null;
        }

        if (ReadDecimal(element) is not { } amount)
        {
            Error(
                name,
                $"must be a decimal number such as 12.50, as a JSON number or string of at most 28 digits, not {JsonText.Describe(element)}"
            );
            return null;
        }

        var before = _errors.Count;
        if (amount < least)
        {
            Error(name, least == 0 ? "must not be negative" : $"must be at least {least}");
        }

        if (amount > JsonAmount.Largest)
        {
            Error(name, $"must be at most {JsonAmount.Largest}");
        }

        if (JsonAmount.Decimals(amount) > decimals)
        {
            Error(name, $"has more decimals than {unit} ({decimals})");
        }

        return _errors.Count == before ? amount : null;
    }

    public Guid? Uuid(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var uuid))
        {
            return uuid;
        }

        Error(name, "must be a UUID such as 1f80e399-6f55-4cef-b8b0-0f74752c1ceb");
        return null;
    }

    public string? IpAddress(string name)
    {
        if (Text(name, longest: 64) is not { } text)
        {
            return null;
        }

        if (IsAddress(text))
        {
            return text;
        }

        Error(name, "must be one IPv4 or IPv6 address");
        return null;
    }

    public JsonObjectReader? Child(string name, bool required = false) =>
        Find(name, required) is { } element ? new JsonObjectReader(element, PathOf(name), _errors) : null;

    public IEnumerable<JsonObjectReader> Children(string name, int most) =>
        Items(name, most)
            .Select(item => new JsonObjectReader(item.Element, PathOf(name, item.Index), _errors))
            .Where(item => item.IsObject);

    /// <summary>Notes the fields that nobody asked for: a typo must not lose a value.</summary>
    public void RefuseUnknownFields()
    {
        foreach (var name in _fields.Keys)
        {
            if (_errors.IsFull)
            {
                break;
            }

            if (_known.Contains(name))
            {
                continue;
            }

            var meant = _known.FirstOrDefault(known => EditDistance.IsTypo(known, name));
            Error(name, meant is null ? "is not a known field" : $"is not a known field; did you mean '{meant}'?");
        }
    }

    private JsonElement? Find(string name, bool required)
    {
        _known.Add(name);
        if (_fields.TryGetValue(name, out var element) && element.ValueKind != JsonValueKind.Null)
        {
            return element;
        }

        if (required && IsObject)
        {
            Error(name, "is missing");
        }

        return null;
    }

    private string PathOf(string name, int index) => $"{PathOf(name)}[{index}]";

    private IEnumerable<(JsonElement Element, int Index)> Items(string name, int most)
    {
        if (Find(name, required: false) is not { } element)
        {
            return [];
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            Error(name, $"must be an array, not {JsonText.Describe(element)}");
            return [];
        }

        if (element.GetArrayLength() > most)
        {
            Error(name, $"has {element.GetArrayLength()} items; at most {most} are taken");
            return [];
        }

        return element.EnumerateArray().TakeWhile(_ => !_errors.IsFull).Select((item, index) => (item, index));
    }

    // Storefronts send "" for what they don't know (document.referrer is "" on direct visits): the same as absent.
    private static string? ReadText(JsonElement element, int longest, out string? error)
    {
        var text = element.ValueKind == JsonValueKind.String ? JsonText.Of(element) : null;
        error =
            element.ValueKind != JsonValueKind.String ? $"must be text, not {JsonText.Describe(element)}"
            : text is null ? "is not valid Unicode"
            : text.Length > longest ? $"has {text.Length} characters; at most {longest} are taken"
            : text.Any(char.IsControl) ? "has a control character in it"
            : null;
        return error is null ? text!.Trim() : null;
    }

    private static decimal? ReadDecimal(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Number => JsonAmount.Parse(element.GetRawText()),
            JsonValueKind.String when JsonText.Of(element) is { } text => JsonAmount.Parse(text),
            _ => null,
        };

    // The parser also takes 1, 0x7f.1 and [::1]:443, which no platform would.
    private static bool IsAddress(string text) =>
        IPAddress.TryParse(text, out var address)
        && (
            address.AddressFamily == AddressFamily.InterNetwork
                ? address.ToString() == text
                : text.IndexOfAny(['[', ']', '%']) < 0
        );

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
