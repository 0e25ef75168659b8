using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using OrderFunctions.Intake;
using OrderFunctions.Json;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Endpoints;

/// <summary>Holds the order event of openapi.json against what the code takes, field by field, as the document has them.</summary>
public sealed class OpenApiTests
{
    private static readonly OpenApiDocument Document = OpenApiDocument.Load();
    private static readonly IReadOnlyList<Field> Fields =
    [
        .. FieldsOf(Document.Schema("OrderEvent"), new Field("$", [], Document.Schema("OrderEvent"), true)),
    ];

    public static TheoryData<string> FieldPaths => [.. Fields.Select(place => place.Path)];

    public static TheoryData<string> PropertyPaths => [.. Fields.Where(place => !place.IsItem).Select(f => f.Path)];

    public static TheoryData<string> BoundedPaths =>
        [.. Fields.Where(place => Bounds(place).Any()).Select(place => place.Path)];

    public static TheoryData<string> EnumPaths =>
        [.. Fields.Where(place => Values(place).Count > 0).Select(place => place.Path)];

    public static TheoryData<string> FormPaths =>
        [.. Fields.Where(place => Document.Alternatives(place.Schema).Any(HasForm)).Select(place => place.Path)];

    public static TheoryData<string> ObjectPaths =>
        ["$", .. Fields.Where(place => Properties(place.Schema) is not null).Select(place => place.Path)];

    [Fact]
    public void The_event_with_every_field_of_the_document_is_accepted() => AssertAccepted(Full());

    [Fact]
    public void The_event_with_only_the_required_fields_is_accepted() =>
        AssertAccepted(Minimal(Document.Schema("OrderEvent"))!.AsObject());

    [Theory]
    [MemberData(nameof(FieldPaths))]
    public void Every_form_that_a_field_may_have_is_accepted(string path)
    {
        var place = Named(path);
        foreach (var alternative in Document.Alternatives(place.Schema))
        {
            AssertAccepted(With(place, Valid(alternative)));
            AssertAccepted(With(place, Minimal(alternative)));
        }
    }

    [Theory]
    [MemberData(nameof(PropertyPaths))]
    public void A_field_may_be_left_out_or_null_exactly_if_it_is_optional(string path)
    {
        var place = Named(path);
        var without = Full();
        Parent(without, place).AsObject().Remove(place.Name);
        if (place.IsRequired)
        {
            AssertRefusedAt(path, without);
            AssertRefusedAt(path, With(place, null));
        }
        else
        {
            AssertAccepted(without);
            AssertAccepted(With(place, null));
        }
    }

    [Theory]
    [MemberData(nameof(FieldPaths))]
    public void A_value_of_another_type_is_refused_at_its_path(string path)
    {
        var place = Named(path);
        var types = Document.Alternatives(place.Schema).Select(TypeOf).ToHashSet();
        var values = new (string Type, JsonNode? Value)[]
        {
            ("string", "text"),
            ("number", 1.5m),
            ("boolean", true),
            ("object", new JsonObject()),
            ("array", new JsonArray()),
            ("null", null),
        };
        foreach (var (type, value) in values)
        {
            if (!types.Contains(type) && !(type == "number" && types.Contains("integer")))
            {
                AssertRefusedAt(path, With(place, value));
            }
        }
    }

    [Theory]
    [MemberData(nameof(BoundedPaths))]
    public void The_bound_is_accepted_and_one_beyond_is_refused_at_its_path(string path)
    {
        var place = Named(path);
        foreach (var (at, beyond) in Bounds(place))
        {
            AssertAccepted(With(place, at));
            AssertRefusedAt(path, With(place, beyond));
        }
    }

    [Theory]
    [MemberData(nameof(EnumPaths))]
    public void Each_value_of_a_list_of_values_is_accepted_and_another_is_refused(string path)
    {
        var place = Named(path);
        foreach (var value in Values(place))
        {
            AssertAccepted(With(place, value));
        }

        AssertRefusedAt(path, With(place, "another"));
        AssertRefusedAt(path, With(place, Values(place)[0] + "s"));
    }

    [Theory]
    [MemberData(nameof(FormPaths))]
    public void Text_of_another_form_is_refused_at_its_path(string path) =>
        AssertRefusedAt(path, With(Named(path), "not of that form"));

    [Theory]
    [MemberData(nameof(ObjectPaths))]
    public void A_field_that_the_document_does_not_have_is_refused_by_name(string path)
    {
        var json = Full();
        var (target, schema) =
            path == "$"
                ? (json, Document.Schema("OrderEvent"))
                : (At(json, Named(path)).AsObject(), Named(path).Schema);
        target["surplus"] = 1;

        AssertRefusedAt($"{path}.surplus", json);
        Assert.True(
            Document.Alternatives(schema)[0]["additionalProperties"] is { } closed && !closed.GetValue<bool>(),
            $"The code takes no other fields at {path}; the document should say additionalProperties: false."
        );
    }

    [Fact]
    public void The_document_has_the_fields_that_the_code_has()
    {
        AssertSameFields("$", Document.Schema("OrderEvent"), OrderEventJsonContext.Default.OrderEvent);
        foreach (var (path, _, schema, _) in Fields.Where(place => Properties(place.Schema) is not null))
        {
            AssertSameFields(path, schema, TypeInfo(path));
        }
    }

    [Fact]
    public void No_value_of_an_event_is_lost_between_the_document_and_the_bus()
    {
        var full = Full();
        full["order"]!["total"] = "12.5";

        var onTheBus = JsonNode.Parse(CanonicalJson.Write(AssertAccepted(full)))!.AsObject();

        AssertSameNames("$", full, onTheBus);
        Assert.Equal("12.5", onTheBus["order"]!["total"]!.ToJsonString());
        var violations = Document.Violations(onTheBus, Document.Schema("OrderEvent"));
        Assert.True(violations.Count == 0, $"What is on the bus breaks the document: {string.Join("; ", violations)}");
    }

    [Fact]
    public void The_currencies_of_the_document_are_those_that_the_code_knows()
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var known =
            from a in Letters
            from b in Letters
            from c in Letters
            let code = $"{a}{b}{c}"
            where Iso4217.IsCode(code)
            select code;
        Assert.Equal(known, Document.Schema("Currency")["enum"]!.AsArray().Select(code => code!.GetValue<string>()));
    }

    [Fact]
    public void The_statuses_and_the_providers_of_the_document_are_those_that_the_code_knows()
    {
        var statuses = Enum.GetValues<OrderStatus>()
            .Select(status => JsonNode.Parse(CanonicalJson.Write(WithStatus(status)))!["order"]!["status"]!)
            .Select(status => status.GetValue<string>());
        Assert.Equal(statuses, Values(Named("$.order.status")));
        var providers = Document.Schema("ProviderName")["examples"]!.AsArray().Select(name => name!.GetValue<string>());
        Assert.Empty(providers.Except(Samples.ProviderNames));

        static OrderEvent WithStatus(OrderStatus status)
        {
            var sample = Samples.Event();
            return sample with { Order = sample.Order with { Status = status } };
        }
    }

    [Fact]
    public void The_states_of_the_document_hold_all_that_the_code_knows_and_discarded()
    {
        var states = Document.Schema("Delivery")["properties"]!["state"]!["enum"]!
            .AsArray()
            .Select(state => state!.GetValue<string>())
            .ToHashSet();
        var known = Enum.GetValues<DeliveryState>()
            .Select(state =>
                JsonSerializer.SerializeToNode(state, EndpointJson.Default.DeliveryState)!.GetValue<string>()
            );
        Assert.Superset(known.ToHashSet(), states);
        Assert.Contains("discarded", states);
    }

    [Fact]
    public void The_document_has_the_limits_of_a_batch()
    {
        var content = Document.Paths["/api/orders/batch"]!["post"]!["requestBody"]!;
        var schema = content["content"]!["application/json"]!["schema"]!;
        Assert.Equal(1, schema["minItems"]!.GetValue<int>());
        Assert.Equal(OrderIntake.MostEvents, schema["maxItems"]!.GetValue<int>());
        Assert.Equal("#/components/schemas/OrderEvent", schema["items"]!["$ref"]!.GetValue<string>());
        var description = content["description"]!.GetValue<string>();
        Assert.Contains($"{OrderEventReader.MostBytes:N0} bytes", description, StringComparison.Ordinal);
        Assert.Contains($"{OrderEndpoints.MostBatchBytes:N0} bytes", description, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_example_of_the_document_is_as_its_schema_says()
    {
        var violations = new List<string>();
        Each(
            Document.Root,
            "#",
            (node, at) =>
            {
                if (node["schema"] is { } schema && node["example"] is { } example)
                {
                    violations.AddRange(Document.Violations(example, schema).Select(each => $"{at}: {each}"));
                }

                if (node["schema"] is { } type && node["examples"] is JsonObject named)
                {
                    violations.AddRange(
                        named.SelectMany(each =>
                            Document.Violations(each.Value!["value"], type).Select(wrong => $"{at}/{each.Key}: {wrong}")
                        )
                    );
                }

                if (node["examples"] is JsonArray examples)
                {
                    violations.AddRange(
                        examples.SelectMany(each => Document.Violations(each, node)).Select(each => $"{at}: {each}")
                    );
                }
            }
        );
        Assert.True(violations.Count == 0, string.Join("\n", violations));
    }

    [Theory]
    [InlineData("paid", "paid")]
    [InlineData("storefrontPending", "storefront-pending")]
    [InlineData("erpPaid", "erp-paid")]
    [InlineData("erpPartiallyRefunded", "erp-partially-refunded")]
    [InlineData("erpCancelled", "erp-cancelled")]
    public void The_examples_of_the_order_event_are_the_samples_and_are_accepted(string name, string file)
    {
        var example = Document.Paths["/api/orders"]!["post"]!["requestBody"]!["content"]!["application/json"]![
            "examples"
        ]![name]!["value"]!.AsObject();
        Assert.True(
            JsonNode.DeepEquals(Samples.Json(name: file), example),
            $"The example should be samples/{file}.json, but is {example.ToJsonString()}"
        );
        AssertAccepted(example);
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_every_component_is_used()
    {
        var used = new HashSet<string>();
        Each(
            Document.Root,
            "#",
            (node, _) =>
            {
                if (node["$ref"] is { } reference)
                {
                    Document.Resolve(node);
                    used.Add(reference.GetValue<string>());
                }
            }
        );
        var components = Document.Root["components"]!.AsObject();
        var unused = new[] { "schemas", "responses" }
            .SelectMany(kind => components[kind]!.AsObject().Select(each => $"#/components/{kind}/{each.Key}"))
            .Where(each => !used.Contains(each));
        Assert.Empty(unused);
    }

    [Fact]
    public void Every_operation_and_every_field_is_described_and_every_operation_has_a_name_of_its_own()
    {
        var bare = new List<string>();
        Each(
            Document.Root,
            "#",
            (node, at) =>
            {
                foreach (var (name, property) in node["properties"] as JsonObject ?? [])
                {
                    if (property!["description"] is null && !at.EndsWith("/if", StringComparison.Ordinal))
                    {
                        bare.Add($"{at}/{name}");
                    }
                }
            }
        );
        bare.AddRange(Document.Operations.Where(each => each.Operation["summary"] is null).Select(each => each.Path));
        Assert.Empty(bare);
        var names = Document.Operations.Select(each => each.Operation["operationId"]!.GetValue<string>()).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    private static OrderEvent AssertAccepted(JsonObject json)
    {
        var errors = new ValidationErrors();
        var read = Read(json, errors);
        Assert.True(read is not null, $"Should be accepted, but {errors}\n{Excerpt(json)}");
        return read;
    }

    private static void AssertRefusedAt(string path, JsonObject json)
    {
        var errors = new ValidationErrors();
        var read = Read(json, errors);
        var paths = string.Join(", ", errors.ToDictionary().Keys);
        Assert.True(
            read is null && paths == path,
            $"Should be refused at {path} alone, but {(read is null ? errors : "was accepted")}\n{Excerpt(json)}"
        );
    }

    private static OrderEvent? Read(JsonObject json, ValidationErrors errors) =>
        new OrderEventReader(Samples.ProviderNames).Read(Encoding.UTF8.GetBytes(json.ToJsonString()), errors);

    private static string Excerpt(JsonObject json) =>
        json.ToJsonString() is { Length: > 3000 } text ? text[..3000] + "..." : json.ToJsonString();

    // From here on: the document's schema as fields, and events built from it.

    private static IEnumerable<Field> FieldsOf(JsonNode schema, Field parent)
    {
        foreach (var alternative in Document.Alternatives(schema))
        {
            var required = OpenApiDocument.Required(alternative).ToList();
            foreach (var (name, property) in alternative["properties"] as JsonObject ?? [])
            {
                var place = new Field(
                    $"{parent.Path}.{name}",
                    [.. parent.Steps, name],
                    property!.AsObject(),
                    required.Contains(name)
                );
                yield return place;
                foreach (var inner in FieldsOf(property, place))
                {
                    yield return inner;
                }
            }

            if (alternative["items"] is JsonObject items)
            {
                var item = new Field($"{parent.Path}[0]", [.. parent.Steps, 0], items, true);
                yield return item;
                foreach (var inner in FieldsOf(items, item))
                {
                    yield return inner;
                }
            }
        }
    }

    private static Field Named(string path) => Fields.Single(place => place.Path == path);

    // Its total has room for every amount in it, and its line came not back, so that each can be tried at its bounds.
    private static JsonObject Full()
    {
        var full = Valid(Document.Schema("OrderEvent"))!.AsObject();
        full["order"]!["total"] = JsonAmount.Largest;
        full["order"]!["lines"]![0]!["quantity"] = 1;
        return full;
    }

    private static JsonNode? Valid(JsonNode schema) => Build(schema, everything: true);

    private static JsonNode? Minimal(JsonNode schema) => Build(schema, everything: false);

    private static JsonNode? Build(JsonNode schema, bool everything)
    {
        var form = Document.Alternatives(schema)[0];
        if (form["enum"] is JsonArray values)
        {
            return values[0]!.DeepClone();
        }

        switch (TypeOf(form))
        {
            case "object":
                var required = OpenApiDocument
                    .Required(form)
                    .Concat(OpenApiDocument.Choices(form).Select(choice => choice[0]))
                    .ToList();
                return new JsonObject(
                    form["properties"]!
                        .AsObject()
                        .Where(property => everything || required.Contains(property.Key))
                        .Select(property => KeyValuePair.Create(property.Key, Build(property.Value!, everything)))
                );
            case "array":
                return everything ? new JsonArray(Build(form["items"]!, everything)) : new JsonArray();
            case "number" or "integer":
                return form["minimum"]!.DeepClone();
            case "boolean":
                return true;
            case "null":
                return null;
            default:
                return form["examples"]?[0]!.DeepClone() ?? Text(form);
        }
    }

    private static JsonValue Text(JsonObject form) =>
        JsonValue.Create(
            (form["format"]?.GetValue<string>(), form["pattern"]) switch
            {
                ("date-time", _) => "2025-11-21T14:03:07+01:00",
                ("uuid", _) => "1f80e399-6f55-4cef-b8b0-0f74752c1ceb",
                ("ipv4", _) => "203.0.113.45",
                ("ipv6", _) => "2001:db8::1",
                (null, null) => "a",
                (null, _) => "12",
                var (format, _) => throw new InvalidOperationException($"No text of the format {format} at hand."),
            }
        );

    private static IEnumerable<(JsonNode At, JsonNode Beyond)> Bounds(Field place)
    {
        foreach (var form in Document.Alternatives(place.Schema))
        {
            if (form["maxLength"]?.GetValue<int>() is { } longest && !HasForm(form) && form["enum"] is null)
            {
                yield return (new string('x', longest), new string('x', longest + 1));
            }

            if (form["minLength"]?.GetValue<int>() is { } shortest && form["enum"] is null)
            {
                yield return (new string('x', shortest), new string('x', shortest - 1));
                yield return (new string('x', shortest), new string(' ', shortest));
            }

            if (form["maxItems"]?.GetValue<int>() is { } most)
            {
                yield return (Repeated(form["items"]!, most), Repeated(form["items"]!, most + 1));
            }

            if (form["minimum"]?.GetValue<decimal>() is { } least)
            {
                yield return (least, least - 1);
                yield return ($"{least}", $"{least - 1}");
            }

            if (form["maximum"]?.GetValue<decimal>() is { } largest)
            {
                yield return (largest, largest + 1);
                yield return ($"{largest}", $"{largest + 1}");
            }
        }
    }

    private static JsonArray Repeated(JsonNode item, int times) =>
        [.. Enumerable.Range(0, times).Select(_ => Minimal(item))];

    private static List<string> Values(Field place) =>
        [
            .. Document
                .Alternatives(place.Schema)
                .SelectMany(form => form["enum"] as JsonArray ?? [])
                .Select(value => value!.GetValue<string>()),
        ];

    private static bool HasForm(JsonObject form) => form["pattern"] is not null || form["format"] is not null;

    private static string TypeOf(JsonObject form) => form["type"]!.GetValue<string>();

    private static JsonObject? Properties(JsonNode schema) =>
        Document
            .Alternatives(schema)
            .Select(form => form["properties"] as JsonObject)
            .FirstOrDefault(p => p is not null);

    private static JsonObject With(Field place, JsonNode? value)
    {
        var json = Full();
        var parent = Parent(json, place);
        if (place.IsItem)
        {
            parent[0] = value?.DeepClone();
        }
        else
        {
            parent[place.Name] = value?.DeepClone();
        }

        return json;
    }

    private static JsonNode Parent(JsonObject json, Field place) => Follow(json, place.Steps[..^1]);

    private static JsonNode At(JsonObject json, Field place) => Follow(json, place.Steps);

    private static JsonNode Follow(JsonObject json, object[] steps) =>
        steps.Aggregate((JsonNode)json, (at, step) => step is string name ? at[name]! : at[(int)step]!);

    private static JsonTypeInfo TypeInfo(string path)
    {
        var info = (JsonTypeInfo)OrderEventJsonContext.Default.OrderEvent;
        foreach (var step in Named(path).Steps)
        {
            var type = step is string name
                ? info.Properties.Single(property => property.Name == name).PropertyType
                : info.ElementType!;
            info = OrderEventJsonContext.Default.GetTypeInfo(type)!;
        }

        return info;
    }

    private static void AssertSameFields(string path, JsonNode schema, JsonTypeInfo code)
    {
        var documented = Properties(schema)!.Select(property => property.Key).Order(StringComparer.Ordinal);
        var known = code
            .Properties.Where(property => property.Get is not null)
            .Select(property => property.Name)
            .Order(StringComparer.Ordinal);
        Assert.True(
            documented.SequenceEqual(known),
            $"At {path} the document has {string.Join(", ", documented)}; the code has {string.Join(", ", known)}"
        );
    }

    private static void AssertSameNames(string path, JsonNode? sent, JsonNode? got)
    {
        switch (sent)
        {
            case JsonObject json:
                var (names, gotNames) = (json.Select(each => each.Key), got!.AsObject().Select(each => each.Key));
                Assert.True(
                    names.Order(StringComparer.Ordinal).SequenceEqual(gotNames.Order(StringComparer.Ordinal)),
                    $"At {path} {string.Join(", ", names)} were sent; on the bus are {string.Join(", ", gotNames)}"
                );
                foreach (var (name, value) in json)
                {
                    AssertSameNames($"{path}.{name}", value, got[name]);
                }

                break;
            case JsonArray json:
                Assert.True(json.Count == got!.AsArray().Count, $"{path} lost items");
                for (var i = 0; i < json.Count; i++)
                {
                    AssertSameNames($"{path}[{i}]", json[i], got[i]);
                }

                break;
            default:
                break;
        }
    }

    private static void Each(JsonNode? node, string at, Action<JsonObject, string> visit)
    {
        if (node is JsonObject json)
        {
            visit(json, at);
            foreach (var (name, value) in json)
            {
                Each(value, $"{at}/{name}", visit);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                Each(items[i], $"{at}/{i}", visit);
            }
        }
    }

    private sealed record Field(string Path, object[] Steps, JsonObject Schema, bool IsRequired)
    {
        public bool IsItem => Steps is [.., int];

        public string Name => (string)Steps[^1];
    }
}
