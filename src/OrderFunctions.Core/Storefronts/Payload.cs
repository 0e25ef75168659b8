using System.Globalization;
using System.Net;
using System.Text.Json;
using OrderFunctions.Json;
using OrderFunctions.Strings;

namespace OrderFunctions.Storefronts;

/// <summary>
/// An object of a platform's payload, read leniently: amounts come as strings or numbers, ids as numbers, what is
/// unknown as null, as "" or not at all. Only what is there and can't be read is a problem.
/// </summary>
internal sealed class Payload(JsonElement element, string path, ValidationErrors problems)
{
    /// <summary>The longest text that an order event takes; a longer one is left out.</summary>
    public const int LongestText = 4096;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    public void Problem(string name, string problem) => problems.Add($"{path}.{name}", problem);

    /// <summary>A text, or a number with all its digits; null where it is absent or empty.</summary>
    public string? Text(string name, int longest = LongestText)
    {
        var text = Find(name) switch
        {
            { ValueKind: JsonValueKind.String } found => JsonText.Of(found),
            { ValueKind: JsonValueKind.Number } found => found.GetRawText(),
            _ => null,
        };
        text =
            text is not null && text.Any(char.IsControl) ? string.Concat(text.Where(IsNoControl)).Trim() : text?.Trim();
        return text is { Length: > 0 } && text.Length <= longest ? text : null;
    }

    /// <summary>A text of which the first letters will do.</summary>
    public string? Start(string name, int most) => Text(name, int.MaxValue)?.Shorten(most);

    public string? RequiredText(string name, int longest)
    {
        var text = Text(name, longest);
        if (text is null)
        {
            Problem(name, $"is missing, or has more than {longest} characters");
        }

        return text;
    }

    public bool Flag(string name) => Find(name)?.ValueKind == JsonValueKind.True;

    public string? IpAddress(string name) =>
        Text(name, 45) is { } text && IPAddress.TryParse(text, out var address) && !text.Contains('%')
            ? $"{address}"
            : null;

    /// <summary>An exact amount; null where it is absent.</summary>
    public decimal? Amount(string name)
    {
        var text = Text(name);
        var amount = text is null ? null : JsonAmount.Parse(text.StartsWith('.') ? $"0{text}" : text);
        if (text is not null && (amount is null || Math.Abs(amount.Value) > JsonAmount.Largest))
        {
            Problem(name, "is no amount such as 12.50");
            return null;
        }

        return amount;
    }

    /// <summary>A whole number from 0; 0 where it is absent.</summary>
    public int Count(string name)
    {
        var count = Amount(name) ?? 0;
        if (count == decimal.Truncate(count) && count is >= 0 and <= 1_000_000)
        {
            return (int)count;
        }

        Problem(name, "is no whole number from 0 to 1000000");
        return 0;
    }

    /// <summary>A time; without an offset it is UTC.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time))
        {
            return time;
        }

        Problem(name, "is no time such as 2026-11-21T14:03:07+01:00");
        return null;
    }

    /// <summary>An object in a field; one without fields where there is none.</summary>
    public Payload Child(string name) =>
        new(Find(name) is { ValueKind: JsonValueKind.Object } found ? found : default, $"{path}.{name}", problems);

    /// <summary>The objects of an array; none where there is no array.</summary>
    public IReadOnlyList<Payload> Items(string name) =>
        Find(name) is { } found ? ItemsOf(found, $"{path}.{name}", problems) : [];

    /// <summary>The objects of what may be an array.</summary>
    public static IReadOnlyList<Payload> ItemsOf(JsonElement array, string path, ValidationErrors problems) =>
        array.ValueKind == JsonValueKind.Array
            ?
            [
                .. array
                    .EnumerateArray()
                    .Select((item, index) => new Payload(item, $"{path}[{index}]", problems))
                    .Where(item => item.IsObject),
            ]
            : [];

    public bool Has(string name) => Find(name) is not null;

    private JsonElement? Find(string name) =>
        IsObject && JsonText.Field(element, name) is { ValueKind: not JsonValueKind.Null } found ? found : null;

    private static bool IsNoControl(char letter) => !char.IsControl(letter);
}
