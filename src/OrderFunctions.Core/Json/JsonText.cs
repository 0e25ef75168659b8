using System.Text.Json;

namespace OrderFunctions.Json;

/// <summary>Texts in JSON that may be none: an escape such as \ud800 is well-formed JSON, but .NET throws on reading it.</summary>
internal static class JsonText
{
    /// <summary>A string's text; null where it is none.</summary>
    public static string? Of(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A field's name; null where it is no text.</summary>
    public static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An object's field, the last of its name; null where there is none. A name beside it that is no text does no harm.</summary>
    public static JsonElement? Field(JsonElement parent, string name)
    {
        try
        {
            return parent.TryGetProperty(name, out var found) ? found : null;
        }
        catch (InvalidOperationException)
        {
            return parent
                .EnumerateObject()
                .Where(field => NameOf(field) == name)
                .Select(field => (JsonElement?)field.Value)
                .LastOrDefault();
        }
    }

    /// <summary>
    /// What stands there, for an error, without its value: a postal code is personal data, with quotes and without.
    /// </summary>
    public static string Describe(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => Of(element) switch
            {
                "" => "empty text",
                { Length: <= 40 } => "this text",
                _ => "a long text",
            },
            JsonValueKind.Number => "a number",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => "null",
        };
}
