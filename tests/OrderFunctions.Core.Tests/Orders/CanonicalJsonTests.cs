using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Json;
using OrderFunctions.TestKit;

namespace OrderFunctions.Orders;

public sealed class CanonicalJsonTests
{
    /// <summary>Each value of the full event but its id, and another that may stand in its place.</summary>
    public static TheoryData<string, string> OtherValues =>
        new()
        {
            { "occurredAt", "\"2026-11-21T14:03:08+01:00\"" },
            { "providers", "[\"duel\"]" },
            { "order.id", "\"1002\"" },
            { "order.alias", "\"W-1002\"" },
            { "order.status", "\"paid\"" },
            { "order.placedAt", "\"2026-11-21T14:02:52+01:00\"" },
            { "order.currency", "\"NOK\"" },
            { "order.total", "125.01" },
            { "order.totalBeforeDiscounts", "150.51" },
            { "order.tax", "25.01" },
            { "order.shipping", "39.21" },
            { "order.shippingTax", "9.81" },
            { "order.fees", "-5" },
            { "order.discounts", "[]" },
            { "order.discounts.0.code", "\"SUMMER11\"" },
            { "order.discounts.0.amount", "12.51" },
            { "order.inStore", "false" },
            { "order.customer", "{}" },
            { "order.customer.id", "\"c-78\"" },
            { "order.customer.email", "\"Alex@example.com\"" },
            { "order.customer.isNew", "false" },
            { "order.customer.orderCount", "2" },
            { "order.shippingAddress", "{}" },
            { "order.shippingAddress.city", "\"Lund\"" },
            { "order.shippingAddress.region", "\"Blekinge\"" },
            { "order.shippingAddress.state", "\"K\"" },
            { "order.shippingAddress.postalCode", "\"211 20\"" },
            { "order.shippingAddress.country", "\"NO\"" },
            { "order.billingAddress", "{}" },
            { "order.billingAddress.city", "\"Malmö\"" },
            { "order.billingAddress.region", "\"Skåne\"" },
            { "order.billingAddress.state", "\"M\"" },
            { "order.billingAddress.postalCode", "\"222 23\"" },
            { "order.billingAddress.country", "\"DK\"" },
            { "order.lines", "[]" },
            { "order.lines.0.sku", "\"testabc124\"" },
            { "order.lines.0.name", "\"Testprodukten\"" },
            { "order.lines.0.variant", "\"bla\"" },
            { "order.lines.0.quantity", "3" },
            { "order.lines.0.unitPrice", "60.81" },
            { "order.lines.0.total", "121.61" },
            { "order.lines.0.unitTax", "15.21" },
            { "order.lines.0.tax", "30.41" },
            { "order.lines.0.retrackEventId", "\"1f80e399-6f55-4cef-b8b0-0f74752c1cec\"" },
            { "order.loyalty", "{}" },
            { "order.loyalty.points", "12.6" },
            { "order.loyalty.commission", "1.235" },
            { "order.loyalty.commissionCurrency", "\"BHD\"" },
            { "attribution", "{}" },
            { "attribution.userIds", "[\"u-1\", \"u-2\"]" },
            { "attribution.userIds.0", "\"u-2\"" },
            { "attribution.visitorIds", "[\"v-2\", \"v-1\"]" },
            { "attribution.visitorIds.1", "\"v-3\"" },
            { "attribution.avantLinkToken", "\"78_f3afbe121\"" },
            { "attribution.retrackClick", "\"59d08c54-18e6-4e0d-9c06-d18be3510e44\"" },
            { "attribution.affiliate", "\"nick.t.5\"" },
            { "attribution.userAgent", "\"Mozilla/5.1\"" },
            { "attribution.ipAddress", "\"203.0.113.46\"" },
            { "attribution.pageUrl", "\"https://store.example.com/thank-you\"" },
            { "attribution.referrerUrl", "\"https://store.example.com/cart\"" },
            { "attribution.googleClickId", "\"g-2\"" },
            { "attribution.customTrackingCode", "\"t-2\"" },
        };

    [Fact]
    public void The_id_is_64_lower_case_hex_digits() => Assert.Matches("^[0-9a-f]{64}$", Samples.Event().EventId);

    [Fact]
    public void The_id_is_the_SHA_256_of_the_canonical_event_with_an_empty_id()
    {
        var read = Samples.Event();
        var hash = SHA256.HashData(CanonicalJson.Write(read with { EventId = "" }));
        Assert.Equal(Convert.ToHexStringLower(hash), read.EventId);
    }

    [Fact]
    public void An_id_that_the_shop_gave_is_kept() =>
        Assert.Equal("our-event-7", Samples.Event(json => json["eventId"] = "our-event-7").EventId);

    [Fact]
    public void The_order_of_the_fields_does_not_matter()
    {
        var reversed = Reversed(Samples.Json());
        Assert.NotEqual(Samples.Json().ToJsonString(), reversed.ToJsonString());
        AssertSame(Samples.Json(), reversed.ToJsonString());
    }

    [Fact]
    public void White_space_between_fields_does_not_matter()
    {
        var indented = Samples.Json().ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        AssertSame(Samples.Json(), "\r\n\t " + indented + "\n");
    }

    [Fact]
    public void Escapes_do_not_matter()
    {
        var plain = Encoding.UTF8.GetString(CanonicalJson.Write(Samples.Event()));
        Assert.Contains("Malmö", plain, StringComparison.Ordinal);
        var escaped = Samples.Json().ToJsonString();
        Assert.Contains("Malm\\u00F6", escaped, StringComparison.Ordinal);
        AssertSame(Samples.Json(), escaped.Replace("Malm\\u00F6", "\\u004dalmö", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("100.00")]
    [InlineData("100.0")]
    [InlineData("1e2")]
    [InlineData("1.0E+2")]
    [InlineData("\"100\"")]
    [InlineData("\"100.00\"")]
    public void The_spelling_of_an_amount_does_not_matter(string spelled) =>
        AssertSame(Events.Minimal(order => order["total"] = 100), Events.WithRaw("total", spelled));

    [Fact]
    public void The_spelling_of_zero_does_not_matter()
    {
        var zero = Events.Minimal(order => order["tax"] = 0);
        foreach (var spelled in new[] { "0.00", "-0", "\"-0.00\"", "0e5" })
        {
            AssertSame(zero, Events.WithRaw("tax", spelled));
        }
    }

    [Theory]
    [InlineData("alias", "null")]
    [InlineData("alias", "\"\"")]
    [InlineData("alias", "\"  \"")]
    [InlineData("totalBeforeDiscounts", "null")]
    [InlineData("shipping", "null")]
    [InlineData("shipping", "0")]
    [InlineData("shippingTax", "\"0.00\"")]
    [InlineData("fees", "null")]
    [InlineData("fees", "\"-0.00\"")]
    [InlineData("billingAddress", "{\"city\":\"\"}")]
    [InlineData("discounts", "null")]
    [InlineData("discounts", "[]")]
    [InlineData("inStore", "null")]
    [InlineData("inStore", "false")]
    [InlineData("customer", "null")]
    [InlineData("customer", "{}")]
    [InlineData("customer", "{\"id\":\"\",\"email\":null,\"isNew\":null,\"orderCount\":null}")]
    [InlineData("shippingAddress", "{\"country\":\"\"}")]
    [InlineData("lines", "[]")]
    [InlineData("loyalty", "{\"points\":null,\"commissionCurrency\":\"\"}")]
    public void Null_empty_text_and_the_default_are_the_same_as_absent(string field, string raw) =>
        AssertSame(Events.Minimal(), Events.WithRaw(field, raw));

    [Fact]
    public void White_space_around_text_does_not_matter() =>
        AssertSame(Events.Minimal(), Events.WithRaw("id", "\" 1001  \""));

    [Fact]
    public void The_order_and_the_case_of_provider_names_do_not_matter()
    {
        var usual = Samples.Json(json => json["providers"] = new JsonArray("duel", "katalys"));
        var other = Samples.Json(json => json["providers"] = new JsonArray("KATALYS", "Duel", "duel"));
        AssertSame(usual, other.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(OtherValues))]
    public void Another_value_anywhere_makes_another_id(string path, string value)
    {
        var (json, other) = (Events.Full(), Events.Full());
        json.Remove("eventId");
        other.Remove("eventId");
        Set(other, path, JsonNode.Parse(value));

        Assert.NotEqual(Events.Accepted(json).EventId, Events.Accepted(other).EventId);
    }

    [Fact]
    public void Every_value_of_the_full_event_has_another_in_the_test_above()
    {
        var tested = OtherValues.Select(row => (string)((object[])row)[0]).ToHashSet();
        var missing = Leaves(Events.Full(), "").Where(path => path != "eventId" && !tested.Contains(path)).ToList();
        missing.Remove("providers.0");
        missing.Remove("providers.1");
        missing.Remove("attribution.visitorIds.0");
        Assert.Empty(missing);
    }

    [Fact]
    public void The_canonical_form_read_again_is_the_same_event_with_the_same_bytes()
    {
        foreach (var json in new[] { Events.Minimal(), Samples.Json(), Events.Full() })
        {
            var bytes = CanonicalJson.Write(Events.Accepted(json));
            var again = Events.Accepted(bytes);
            Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(CanonicalJson.Write(again)));
        }
    }

    [Fact]
    public void The_id_of_the_canonical_form_read_again_without_its_id_is_the_same()
    {
        var read = Samples.Event();
        var canonical = JsonNode.Parse(CanonicalJson.Write(read))!.AsObject();
        canonical.Remove("eventId");
        Assert.Equal(read.EventId, Events.Accepted(canonical).EventId);
    }

    [Fact]
    public void The_canonical_form_has_defaults_and_leaves_out_what_is_absent() =>
        Assert.Equal(
            """{"eventId":"e","occurredAt":"2026-11-21T14:03:07+01:00","order":{"id":"1001","status":"paid","placedAt":"2026-11-21T14:02:51+01:00","currency":"SEK","total":125,"tax":25,"shipping":0,"shippingTax":0,"discounts":[],"inStore":false,"customer":{},"shippingAddress":{},"lines":[],"loyalty":{}}}""",
            Encoding.UTF8.GetString(CanonicalJson.Write(Events.Accepted(Events.Minimal()) with { EventId = "e" }))
        );

    [Fact]
    public void Amounts_keep_every_digit()
    {
        var json = Events.WithRaw("total", "999999999998.99");
        var text = Encoding.UTF8.GetString(CanonicalJson.Write(Events.Accepted(json)));
        Assert.Contains("\"total\":999999999998.99,", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("å")]
    [InlineData("漢")]
    [InlineData("😀")]
    [InlineData("\uE000")]
    [InlineData("a\u2028")]
    [InlineData("\\\"")]
    [InlineData("\\\\")]
    public void What_is_accepted_fits_on_the_bus_whatever_its_letters(string letter)
    {
        // Service Bus Standard takes 256 KB, properties included (design.md); 16 KB are left for those.
        const int BusBytes = 240 * 1024;
        var name = string.Concat(Enumerable.Repeat(letter, 500));
        var line = $$"""{"sku":"a","quantity":1,"unitPrice":0,"name":"{{name}}"}""";
        var room = OrderEventReader.MostBytes - 1024;
        var lines = Enumerable.Repeat(line, Math.Min(1000, room / (Encoding.UTF8.GetByteCount(line) + 1)));
        var json = Encoding.UTF8.GetBytes(Events.WithRaw("lines", $"[{string.Join(',', lines)}]"));

        var errors = new ValidationErrors();
        var read = new OrderEventReader(Samples.ProviderNames).Read(json, errors);

        var bytes = read is null ? 0 : CanonicalJson.Write(read).Length;
        Assert.True(
            bytes <= BusBytes,
            $"{json.Length} bytes were accepted that are {bytes} on the bus, which takes {BusBytes}"
        );
    }

    private static void AssertSame(JsonObject usual, string other)
    {
        var (first, second) = (Events.Accepted(usual), Events.Accepted(other));
        Assert.Equal(
            Encoding.UTF8.GetString(CanonicalJson.Write(first)),
            Encoding.UTF8.GetString(CanonicalJson.Write(second))
        );
        Assert.Equal(first.EventId, second.EventId);
    }

    private static JsonObject Reversed(JsonObject json) =>
        new(json.Reverse().Select(each => KeyValuePair.Create(each.Key, ReversedNode(each.Value))));

    private static JsonNode? ReversedNode(JsonNode? node) =>
        node switch
        {
            JsonObject json => Reversed(json),
            JsonArray items => new JsonArray([.. items.Select(ReversedNode)]),
            _ => node?.DeepClone(),
        };

    private static void Set(JsonObject json, string path, JsonNode? value)
    {
        var steps = path.Split('.');
        var parent = steps[..^1].Aggregate((JsonNode)json, (at, step) => Step(at, step));
        if (parent is JsonArray items)
        {
            items[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            Assert.True(parent.AsObject().ContainsKey(steps[^1]), $"The full event has no {path}");
            parent[steps[^1]] = value;
        }
    }

    private static JsonNode Step(JsonNode at, string step) =>
        at is JsonArray items ? items[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : at[step]!;

    private static IEnumerable<string> Leaves(JsonNode? node, string path) =>
        node switch
        {
            JsonObject json => json.SelectMany(each =>
                Leaves(each.Value, path == "" ? each.Key : $"{path}.{each.Key}")
            ),
            JsonArray items => items.SelectMany((each, index) => Leaves(each, $"{path}.{index}")),
            _ => [path],
        };
}
