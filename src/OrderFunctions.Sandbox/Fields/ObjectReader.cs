using System.Text.Json;

namespace OrderFunctions.Sandbox.Fields;

/// <summary>
/// Reads the members of a JSON object and collects all that is wrong with them. A member that was never asked
/// for is refused by <see cref="RefuseUnknown"/>.
/// </summary>
internal sealed class ObjectReader(JsonElement element, string path, List<string> problems)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string? Text(string name, Need need, bool mayBeBlank = false)
    {
        var what = mayBeBlank ? "a string" : "a string that is not blank";
        return Value(name, need, what) is not { } value ? null : TextOf(value, At(name), what, mayBeBlank);
    }

    public string? Currency(string name, Need need)
    {
        const string What = "three upper-case letters (ISO 4217)";
        return Value(name, need, What) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } value when Forms.Currency().IsMatch(value.GetString()!) =>
                value.GetString(),
            _ => Wrong<string>(name, What),
        };
    }

    public Guid? Uuid(string name, Need need)
    {
        const string What = "a uuid";
        return Value(name, need, What) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } value when Guid.TryParseExact(value.GetString(), "D", out var id) => id,
            _ => WrongValue<Guid>(name, What),
        };
    }

    public decimal? Number(string name, Need need, decimal? min = null)
    {
        var what = min is null ? "a number" : $"a number of at least {min}";
        return Value(name, need, what) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } value when value.TryGetDecimal(out var number) && !(number < min) =>
                number,
            _ => WrongValue<decimal>(name, what),
        };
    }

    public decimal? NumberOrText(string name, Need need)
    {
        const string What = "a number or a numeric string";
        return Value(name, need, What) switch
        {
            null => null,
            { } value when Forms.Amount(value) is { } amount => amount,
            _ => WrongValue<decimal>(name, What),
        };
    }

    public long? Integer(string name, Need need, long? min = null)
    {
        var what = min is null ? "an integer" : $"an integer of at least {min}";
        return Value(name, need, what) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) && !(number < min) =>
                number,
            _ => WrongValue<long>(name, what),
        };
    }

    public bool? Flag(string name, Need need)
    {
        const string What = "true or false";
        return Value(name, need, What) switch
        {
            null => null,
            { ValueKind: JsonValueKind.True or JsonValueKind.False } value => value.GetBoolean(),
            _ => WrongValue<bool>(name, What),
        };
    }

    public ObjectReader? Nested(string name, Need need)
    {
        const string What = "an object";
        return Value(name, need, What) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Object } value => new ObjectReader(value, $"{At(name)}.", problems),
            _ => Wrong<ObjectReader>(name, What),
        };
    }

    public IReadOnlyList<string>? Texts(string name, Need need, bool mayBeBlank = false)
    {
        var what = mayBeBlank ? "a string" : "a string that is not blank";
        return Items(name, need, "an array of strings")
            ?.Select((item, i) => TextOf(item, $"{At(name)}[{i}]", what, mayBeBlank) ?? "")
            .ToArray();
    }

    public IReadOnlyList<ObjectReader>? Objects(string name, Need need)
    {
        var readers = new List<ObjectReader>();
        foreach (var (i, item) in (Items(name, need, "an array of objects") ?? []).Index())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                readers.Add(new ObjectReader(item, $"{At(name)}[{i}].", problems));
            }
            else
            {
                problems.Add($"{At(name)}[{i}] must be an object.");
            }
        }

        return readers;
    }

    /// <summary>The member as it is; null where it is absent, which is a problem if it is required.</summary>
    public JsonElement? Value(string name, Need need, string what)
    {
        _known.Add(name);
        if (element.TryGetProperty(name, out var value))
        {
            return value;
        }

        if (need == Need.Required)
        {
            problems.Add($"{At(name)} is required: {what}.");
        }

        return null;
    }

    public void RefuseUnknown()
    {
        foreach (var member in element.EnumerateObject().Where(member => !_known.Contains(member.Name)))
        {
            problems.Add($"{At(member.Name)} is not a documented field.");
        }
    }

    public void Refuse(string name, string must) => problems.Add($"{At(name)} must {must}.");

    private JsonElement[]? Items(string name, Need need, string what) =>
        Value(name, need, what) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray()],
            _ => Wrong<JsonElement[]>(name, what),
        };

    private string? TextOf(JsonElement value, string at, string what, bool mayBeBlank)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text)
        {
            if (mayBeBlank || !string.IsNullOrWhiteSpace(text))
            {
                return text;
            }
        }

        problems.Add($"{at} must be {what}.");
        return null;
    }

    private T? Wrong<T>(string name, string what)
        where T : class
    {
        Refuse(name, $"be {what}");
        return null;
    }

    private T? WrongValue<T>(string name, string what)
        where T : struct
    {
        Refuse(name, $"be {what}");
        return null;
    }

    private string At(string name) => path + name;
}

internal enum Need
{
    Optional,
    Required,
}
