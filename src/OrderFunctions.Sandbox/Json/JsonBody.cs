using System.Text.Json;
using System.Text.Unicode;

namespace OrderFunctions.Sandbox.Json;

/// <summary>Reads a request's body, more strictly than the parser does by itself.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The element, or why there is none. Every string of a returned element can be read.</summary>
    public static (JsonElement? Json, string? Problem) Parse(byte[] body)
    {
        if (body.Length == 0)
        {
            return (null, "it is empty");
        }

        if (!Utf8.IsValid(body))
        {
            return (null, "it is not UTF-8");
        }

        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            ReadStrings(document.RootElement);
            return (document.RootElement.Clone(), null);
        }
        catch (JsonException exception)
        {
            return (null, exception.Message.TrimEnd('.'));
        }
        catch (InvalidOperationException)
        {
            return (null, "a string has half a surrogate pair");
        }
    }

    // The parser lets an escaped half of a surrogate pair pass and throws when the string is asked for.
    private static void ReadStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadStrings(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadStrings(property.Value);
                }

                break;
        }
    }
}
