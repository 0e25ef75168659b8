using System.Text.Json;

namespace OrderFunctions.Sandbox.Json;

/// <summary>
/// Reads the members of a JSON object and collects all that is wrong with them. A member that was never asked
/// for is refused by <see cref="RefuseUnknown"/>.
/// </summary>
internal sealed class ObjectReader(JsonElement element, string path, List<string> problems)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The member as it is; null where it is absent.</summary>
    public JsonElement? Find(string name)
    {
        _known.Add(name);
        return element.TryGetProperty(name, out var value) ? value : null;
    }

    public string? Text(string name, bool required = false, bool mayBeBlank = false) =>
        Read(name, required, TextKind(mayBeBlank), value => ValueFormats.Text(value, mayBeBlank));

    public string? Currency(string name, bool required = false) =>
        Read(name, required, "three upper-case letters (ISO 4217)", ValueFormats.Currency);

    public string? Email(string name) => Read(name, required: false, "an e-mail address", ValueFormats.Email);

    public Guid? Uuid(string name, bool required = false) => Read(name, required, "a uuid", ValueFormats.Uuid);

    public decimal? Number(string name, bool required = false, decimal? min = null) =>
        Read(
            name,
            required,
            AtLeast("a number", min),
            value => ValueFormats.Number(value) is { } number && !(number < min) ? number : (decimal?)null
        );

    public decimal? NumberOrText(string name, bool required = false, decimal? min = null) =>
        Read(
            name,
            required,
            AtLeast("a number or a numeric string", min),
            value => ValueFormats.Amount(value) is { } number && !(number < min) ? number : (decimal?)null
        );

    public long? Integer(string name, bool required = false, long? min = null) =>
        Read(
            name,
            required,
            AtLeast("an integer", min),
            value => ValueFormats.Integer(value) is { } number && !(number < min) ? number : (long?)null
        );

    public bool? Boolean(string name, bool required = false) =>
        Read(
            name,
            required,
            "true or false",
            value => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : (bool?)null
        );

    public ObjectReader? Nested(string name, bool required = false) =>
        Read(name, required, "an object", value => ReaderOf(value, At(name)));

    /// <summary>The strings of an array; those that are none, or blank, are problems and left out.</summary>
    public IReadOnlyList<string> Texts(string name, bool required = false, bool mayBeBlank = false) =>
        Items(
            name,
            required,
            "an array of strings",
            TextKind(mayBeBlank),
            (item, _) => ValueFormats.Text(item, mayBeBlank)
        );

    /// <summary>The objects of an array; what is none is a problem and left out.</summary>
    public IReadOnlyList<ObjectReader> Objects(string name, bool required = false) =>
        Items(name, required, "an array of objects", "an object", ReaderOf);

    public void RefuseUnknown()
    {
        foreach (var member in element.EnumerateObject().Where(member => !_known.Contains(member.Name)))
        {
            problems.Add($"{At(member.Name)} is not a documented field.");
        }
    }

    /// <param name="must">Goes on after "{name} must".</param>
    public void Refuse(string name, string must) => problems.Add($"{At(name)} must {must}.");

    // Null where the member is absent, or where parse returns null: then it is of another kind.
    private T? Read<T>(string name, bool required, string kind, Func<JsonElement, T?> parse)
    {
        if (Find(name) is not { } value)
        {
            if (required)
            {
                problems.Add($"{At(name)} is required: {kind}.");
            }

            return default;
        }

        var read = parse(value);
        if (read is null)
        {
            Refuse(name, $"be {kind}");
        }

        return read;
    }

    private List<T> Items<T>(
        string name,
        bool required,
        string kind,
        string itemKind,
        Func<JsonElement, string, T?> parse
    )
        where T : class
    {
        var array = Read<JsonElement[]>(
            name,
            required,
            kind,
            value => value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : null
        );
        var items = new List<T>();
        foreach (var (i, item) in (array ?? []).Index())
        {
            var at = $"{name}[{i}]";
            if (parse(item, At(at)) is { } read)
            {
                items.Add(read);
            }
            else
            {
                Refuse(at, $"be {itemKind}");
            }
        }

        return items;
    }

    private ObjectReader? ReaderOf(JsonElement value, string at) =>
        value.ValueKind == JsonValueKind.Object ? new ObjectReader(value, $"{at}.", problems) : null;

    private static string TextKind(bool mayBeBlank) => mayBeBlank ? "a string" : "a string that is not blank";

    private static string AtLeast(string kind, decimal? min) => min is null ? kind : $"{kind} of at least {min}";

    private string At(string name) => path + name;
}
