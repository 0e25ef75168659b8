using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderFunctions.Endpoints;

namespace OrderFunctions.TestKit;

/// <summary>openapi.json as the host serves it, and what a JSON value breaks of it.</summary>
public sealed class OpenApiDocument
{
    private OpenApiDocument(JsonObject root) => Root = root;

    public JsonObject Root { get; }

    public JsonObject Paths => Root["paths"]!.AsObject();

    /// <summary>Every operation: its path, its method in upper case and what the document says of it.</summary>
    public IEnumerable<(string Path, string Method, JsonObject Operation)> Operations =>
        from path in Paths
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key.ToUpperInvariant(), operation.Value!.AsObject());

    public static OpenApiDocument Load()
    {
        using var stream = OpenApiEndpoint.Open();
        return new OpenApiDocument(JsonNode.Parse(stream)!.AsObject());
    }

    public JsonObject Schema(string name) => Root["components"]!["schemas"]![name]!.AsObject();

    /// <summary>What a local $ref points to, or the node itself.</summary>
    public JsonObject Resolve(JsonNode node)
    {
        while (node["$ref"] is { } reference)
        {
            var found = reference
                .GetValue<string>()["#/".Length..]
                .Split('/')
                .Aggregate((JsonNode?)Root, (at, name) => at?[name]);
            node =
                found
                ?? throw new InvalidOperationException($"openapi.json points to {reference}, which is not there.");
        }

        return node.AsObject();
    }

    /// <summary>The schema of an answer's JSON body; it may have other forms beside it.</summary>
    public JsonObject AnswerSchema(string path, string method, int status)
    {
        var responses = Paths[path]![method.ToLowerInvariant()]!["responses"]!;
        var answer = Resolve(
            responses[$"{status}"]
                ?? throw new InvalidOperationException($"openapi.json has no {status} for {method} {path}.")
        );
        var json = answer["content"]!.AsObject().Single(each => each.Key.EndsWith("json", StringComparison.Ordinal));
        return json.Value!["schema"]!.AsObject();
    }

    /// <summary>The schema as alternatives that each have one type: oneOf, anyOf and lists of types spread out.</summary>
    public IReadOnlyList<JsonObject> Alternatives(JsonNode schema)
    {
        var resolved = Resolve(schema);
        if ((resolved["oneOf"] ?? resolved["anyOf"]) is JsonArray several)
        {
            return [.. several.SelectMany(each => Alternatives(each!))];
        }

        return resolved["type"] is JsonArray types
            ? [.. types.Select(type => With(resolved, type!.GetValue<string>()))]
            : [resolved];
    }

    /// <summary>What an object of this form must have in any case; what is required only if a condition holds is.</summary>
    public static IEnumerable<string> Required(JsonObject form) =>
        new[] { form, form["then"] as JsonObject }.SelectMany(each => Names(each?["required"]));

    /// <summary>Fields of which an object of this form must have at least one, choice by choice.</summary>
    public static IEnumerable<string[]> Choices(JsonObject form) =>
        from choice in form["allOf"] as JsonArray ?? []
        select choice["anyOf"]!.AsArray().SelectMany(each => Names(each!["required"])).ToArray();

    private static IEnumerable<string> Names(JsonNode? names) =>
        (names as JsonArray ?? []).Select(name => name!.GetValue<string>());

    /// <summary>All that a value breaks of a schema, each with its path; a property that the schema does not name counts.</summary>
    public IReadOnlyList<string> Violations(JsonNode? value, JsonNode schema, string path = "$")
    {
        var results = Alternatives(schema)
            .Select(alternative => (alternative, violations: Broken(value, alternative, path).ToList()))
            .ToList();
        if (results.Any(each => each.violations.Count == 0))
        {
            return [];
        }

        var sameType = results.Where(each => HasType(value, each.alternative)).ToList();
        return sameType.Count == 1 ? sameType[0].violations : [.. results.SelectMany(each => each.violations)];
    }

    private static JsonObject With(JsonObject schema, string type)
    {
        // What the schema says of the other type means nothing to null.
        var copy = type == "null" ? [] : schema.DeepClone().AsObject();
        copy["type"] = type;
        return copy;
    }

    private static bool HasType(JsonNode? value, JsonObject schema) =>
        schema["type"]?.GetValue<string>() switch
        {
            null => true,
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => value?.GetValueKind() == JsonValueKind.String,
            "number" => value?.GetValueKind() == JsonValueKind.Number,
            "integer" => value?.GetValueKind() == JsonValueKind.Number
                && decimal.IsInteger(value.GetValue<JsonElement>().GetDecimal()),
            "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            "null" => value is null,
            var other => throw new InvalidOperationException($"openapi.json has the type {other}."),
        };

    private IEnumerable<string> Broken(JsonNode? value, JsonObject schema, string path)
    {
        // So that a number that a test made and one that was parsed look the same.
        value = value is null ? null : JsonNode.Parse(value.ToJsonString());
        if (!HasType(value, schema))
        {
            return [$"{path} is {value?.ToJsonString() ?? "null"}, not of type {schema["type"]}"];
        }

        return value switch
        {
            JsonObject json => BrokenObject(json, schema, path),
            JsonArray json => BrokenArray(json, schema, path),
            null => [],
            _ => BrokenValue(value, schema, path),
        };
    }

    private IEnumerable<string> BrokenObject(JsonObject value, JsonObject schema, string path)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        foreach (var name in Meets(value, schema["if"]) ? Required(schema) : Names(schema["required"]))
        {
            if (!value.ContainsKey(name))
            {
                yield return $"{path}.{name} is missing";
            }
        }

        foreach (var choice in Choices(schema).Where(choice => !choice.Any(value.ContainsKey)))
        {
            yield return $"{path} has none of {string.Join(", ", choice)}";
        }

        var others = schema["additionalProperties"] as JsonObject;
        var isOpen = !schema.ContainsKey("properties") && others is null;
        foreach (var (name, item) in value)
        {
            if ((properties[name] ?? others) is { } itemSchema)
            {
                foreach (var violation in Violations(item, itemSchema, $"{path}.{name}"))
                {
                    yield return violation;
                }
            }
            else if (!isOpen)
            {
                yield return $"{path}.{name} is not in the document";
            }
        }
    }

    private bool Meets(JsonObject value, JsonNode? condition) =>
        (condition?["properties"] as JsonObject ?? []).All(each => Violations(value[each.Key], each.Value!).Count == 0);

    private IEnumerable<string> BrokenArray(JsonArray value, JsonObject schema, string path)
    {
        if (value.Count > (schema["maxItems"]?.GetValue<int>() ?? int.MaxValue))
        {
            yield return $"{path} has {value.Count} items";
        }

        if (value.Count < (schema["minItems"]?.GetValue<int>() ?? 0))
        {
            yield return $"{path} has only {value.Count} items";
        }

        for (var i = 0; i < value.Count && schema["items"] is not null; i++)
        {
            foreach (var violation in Violations(value[i], schema["items"]!, $"{path}[{i}]"))
            {
                yield return violation;
            }
        }
    }

    private static IEnumerable<string> BrokenValue(JsonNode value, JsonObject schema, string path)
    {
        var text = value.ToJsonString();
        if (schema["enum"] is JsonArray known && !known.Any(each => each!.ToJsonString() == text))
        {
            yield return $"{path} is {text}, not one of {known.ToJsonString()}";
        }

        if (value.GetValueKind() == JsonValueKind.Number)
        {
            var number = value.GetValue<JsonElement>().GetDecimal();
            if (number < (schema["minimum"]?.GetValue<decimal>() ?? number))
            {
                yield return $"{path} is {text}, less than {schema["minimum"]}";
            }

            if (number > (schema["maximum"]?.GetValue<decimal>() ?? number))
            {
                yield return $"{path} is {text}, more than {schema["maximum"]}";
            }
        }

        if (value.GetValueKind() == JsonValueKind.String)
        {
            foreach (var violation in BrokenText(value.GetValue<string>(), schema, path))
            {
                yield return violation;
            }
        }
    }

    private static IEnumerable<string> BrokenText(string text, JsonObject schema, string path)
    {
        if (text.Length > (schema["maxLength"]?.GetValue<int>() ?? int.MaxValue))
        {
            yield return $"{path} has {text.Length} characters";
        }

        if (text.Length < (schema["minLength"]?.GetValue<int>() ?? 0))
        {
            yield return $"{path} has only {text.Length} characters";
        }

        if (
            schema["pattern"]?.GetValue<string>() is { } pattern
            && !Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5))
        )
        {
            yield return $"{path} is '{text}', not as {pattern}";
        }

        var hasForm = schema["format"]?.GetValue<string>() switch
        {
            "date-time" => DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _),
            "uuid" => Guid.TryParseExact(text, "D", out _),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            "uri-reference" => Uri.IsWellFormedUriString(text, UriKind.RelativeOrAbsolute),
            "ipv4" => Uri.CheckHostName(text) == UriHostNameType.IPv4,
            "ipv6" => Uri.CheckHostName(text) == UriHostNameType.IPv6,
            null => true,
            var other => throw new InvalidOperationException($"openapi.json has the format {other}."),
        };
        if (!hasForm)
        {
            yield return $"{path} is '{text}', no {schema["format"]}";
        }
    }
}
