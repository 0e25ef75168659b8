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
