using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrderFunctions.Json;

namespace OrderFunctions.Endpoints;

/// <summary>
/// Reads the parameters of an address and notes everything that is wrong with them. What was read counts only if no
/// error was noted; an empty parameter is the same as none.
/// </summary>
internal sealed class QueryReader(IQueryCollection query, ValidationErrors errors)
{
    /// <summary>Notes the parameters that the route does not know: a typo must not widen what is asked for.</summary>
    /// <param name="takesKey">Whether the key may come as code, which is the host's business.</param>
    public void RefuseUnknown(IReadOnlyList<string> known, bool takesKey = true)
    {
        foreach (var name in query.Keys.Where(name => !known.Contains(name) && !(takesKey && name == "code")))
        {
            Error(name, $"is not a known parameter; known are {string.Join(", ", known)}");
        }
    }

    public string? Text(string name) => query[name].ToString() is { Length: > 0 } value ? value : null;

    public string? OneOf(string name, string one, string other)
    {
        var text = Text(name);
        if (text is not null && text != one && text != other)
        {
            Error(name, $"must be {one} or {other}");
        }

        return text;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Rfc3339.TryParse(text, out var time))
        {
            return time;
        }

        Error(name, $"{Rfc3339.Rule}; in an address, + is written %2B");
        return null;
    }

    /// <summary>How many items are asked for: the parameter limit.</summary>
    public int Limit(int usual, int most)
    {
        if (Text("limit") is not { } text)
        {
            return usual;
        }

        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit >= 1
            && limit <= most
        )
        {
            return limit;
        }

        Error("limit", $"must be a whole number from 1 to {most}");
        return usual;
    }

    public void Error(string name, string message) => errors.Add(name, message);
}
