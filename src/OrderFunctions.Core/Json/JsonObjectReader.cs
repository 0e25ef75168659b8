using System.Text.Json;
using System.Text.RegularExpressions;

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
    private readonly Dictionary<string, JsonElement> _fields;

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
            _fields = [];
            return;
        }

        _fields = new Dictionary<string, JsonElement>(element.GetPropertyCount());
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

    /// <summary>The field, unless it is absent or null.</summary>
    internal JsonElement? Find(string name, bool required)
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

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}
