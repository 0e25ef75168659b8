using System.Text;
using System.Text.Json.Nodes;
using OrderFunctions.Json;
using OrderFunctions.TestKit;

namespace OrderFunctions.Orders;

public sealed class OrderEventReaderTests
{
    private static readonly UTF8Encoding Utf8 = new();

    [Fact]
    public void The_minimal_event_is_read_with_every_default()
    {
        var read = Events.Accepted(Events.Minimal());

        Assert.Equal(64, read.EventId.Length);
        Assert.Null(read.Providers);
        var order = read.Order;
        Assert.Equal(("1001", null, OrderStatus.Paid, "SEK"), (order.Id, order.Alias, order.Status, order.Currency));
        Assert.Equal((125m, null, 25m, 0m, 0m, 0m), Amounts(order));
        Assert.False(order.InStore);
        Assert.Empty(order.Discounts);
        Assert.Empty(order.Lines);
        Assert.Equal(new Customer(null, null, null, null), order.Customer);
        Assert.Equal(new Address(null, null, null, null, null), order.ShippingAddress);
        Assert.Null(order.BillingAddress);
        Assert.Equal(new Loyalty(null, null, null), order.Loyalty);
        Assert.Null(read.Attribution);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"userIds":[],"visitorIds":null,"userAgent":""}""")]
    public void An_empty_attribution_says_that_there_is_none_and_null_that_the_sender_does_not_know(string raw)
    {
        var known = Events.Minimal();
        known["attribution"] = JsonNode.Parse(raw);
        var read = Events.Accepted(known);
        Assert.NotNull(read.Attribution);
        Assert.Empty(read.Attribution.UserIds);
        Assert.Empty(read.Attribution.VisitorIds);
        var empty = new Attribution(
            read.Attribution.UserIds,
            read.Attribution.VisitorIds,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null
        );
        Assert.Equal(empty, read.Attribution);

        known["attribution"] = null;
        Assert.Null(Events.Accepted(known).Attribution);
    }

    [Fact]
    public void The_full_event_is_read_whole()
    {
        var read = Events.Accepted(Events.Full());

        Assert.Equal("e-1", read.EventId);
        Assert.Equal(At(14, 3, 7), read.OccurredAt);
        Assert.Equal(["duel", "retrack"], read.Providers!);
        var order = read.Order;
        Assert.Equal(
            ("1001", "W-1001", OrderStatus.PartiallyRefunded, "SEK", true),
            (order.Id, order.Alias, order.Status, order.Currency, order.InStore)
        );
        Assert.Equal(At(14, 2, 51), order.PlacedAt);
        Assert.Equal(TimeSpan.FromHours(1), order.PlacedAt?.Offset);
        Assert.Equal((125m, 150.5m, 25m, 39.2m, 9.8m, 5m), Amounts(order));
        Assert.Equal([new Discount("SUMMER10", 12.5m)], order.Discounts);
        Assert.Equal(new Customer("c-77", "alex@example.com", true, 1), order.Customer);
        Assert.Equal(new Address("Malmö", "Skåne", "M", "211 19", "SE"), order.ShippingAddress);
        Assert.Equal(new Address("Lund", "Skåne län", "MS", "222 22", "NO"), order.BillingAddress);
        var retrackEvent = Guid.Parse("1f80e399-6f55-4cef-b8b0-0f74752c1ceb");
        Assert.Equal(
            [new OrderLine("testabc123", "Testprodukt", "blå", 2, 60.8m, 121.6m, 15.2m, 30.4m, retrackEvent)],
            order.Lines
        );
        Assert.Equal(new Loyalty(12.5m, 1.234m, "KWD"), order.Loyalty);
        var attribution = read.Attribution!;
        Assert.Equal(["u-1"], attribution.UserIds);
        Assert.Equal(["v-1", "v-2"], attribution.VisitorIds);
        Assert.Equal(
            new Attribution(
                attribution.UserIds,
                attribution.VisitorIds,
                "77_f3afbe121",
                "59d08c54-18e6-4e0d-9c06-d18be3510e43",
                "nick.t.4",
                "Mozilla/5.0",
                "203.0.113.45",
                "https://store.example.com/thank_you",
                "https://store.example.com/checkout",
                "g-1",
                "t-1"
            ),
            attribution
        );
    }

    [Theory]
    [InlineData("pending", OrderStatus.Pending)]
    [InlineData("paid", OrderStatus.Paid)]
    [InlineData("partiallyRefunded", OrderStatus.PartiallyRefunded)]
    [InlineData("refunded", OrderStatus.Refunded)]
    [InlineData("cancelled", OrderStatus.Cancelled)]
    public void Every_status_is_read(string text, OrderStatus status) =>
        Assert.Equal(status, Events.Accepted(Events.Minimal(order => order["status"] = text)).Order.Status);

    [Theory]
    [InlineData("Paid")]
    [InlineData("canceled")]
    [InlineData("1")]
    [InlineData("paid,refunded")]
    public void Another_status_is_refused_with_those_that_are_taken(string text) =>
        Assert.Equal(
            "must be pending, paid, partiallyRefunded, refunded or cancelled",
            Events.RefusedAt("$.order.status", Events.Minimal(order => order["status"] = text))
        );

    [Theory]
    [InlineData("usd")]
    [InlineData("Usd")]
    [InlineData("XYZ")]
    [InlineData("EURO")]
    [InlineData("€")]
    public void A_currency_that_ISO_4217_does_not_have_is_refused_and_nothing_else(string code) =>
        Assert.Equal(
            "must be an ISO 4217 code in upper case, such as EUR",
            Events.RefusedAt("$.order.currency", Events.Minimal(order => order["currency"] = code))
        );

    [Fact]
    public void The_commission_has_the_decimals_of_its_own_currency_or_else_of_the_orders()
    {
        Events.Accepted(Events.WithRaw("loyalty", """{"commission":1.234,"commissionCurrency":"KWD"}"""));
        Events.RefusedAt("$.order.loyalty.commission", Events.WithRaw("loyalty", """{"commission":1.234}"""));
        Events.RefusedAt(
            "$.order.loyalty.commission",
            Events.WithRaw("loyalty", """{"commission":1.5,"commissionCurrency":"JPY"}""")
        );
    }

    [Theory]
    [InlineData("2026-11-21T14:03:07Z", "2026-11-21T14:03:07.0000000+00:00")]
    [InlineData("2026-11-21t14:03:07z", "2026-11-21T14:03:07.0000000+00:00")]
    [InlineData("2026-11-21T14:03:07+01:00", "2026-11-21T14:03:07.0000000+01:00")]
    [InlineData("2026-11-21T14:03:07-00:00", "2026-11-21T14:03:07.0000000+00:00")]
    [InlineData("2026-11-21T14:03:07-09:30", "2026-11-21T14:03:07.0000000-09:30")]
    [InlineData("2026-11-21T14:03:07+14:00", "2026-11-21T14:03:07.0000000+14:00")]
    [InlineData("2026-11-21T14:03:07.1Z", "2026-11-21T14:03:07.1000000+00:00")]
    [InlineData("2026-11-21T14:03:07.123Z", "2026-11-21T14:03:07.1230000+00:00")]
    [InlineData("2026-11-21T14:03:07.1234567Z", "2026-11-21T14:03:07.1234567+00:00")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000+00:00")]
    [InlineData("2026-11-21T23:59:59Z", "2026-11-21T23:59:59.0000000+00:00")]
    public void A_time_of_RFC_3339_is_read_with_its_offset(string text, string time)
    {
        var read = Events.Accepted(Events.Minimal(order => order["placedAt"] = text)).Order.PlacedAt;
        Assert.Equal(time, read?.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_time_with_nanoseconds_is_read_to_a_tenth_of_a_microsecond()
    {
        var json = Events.Minimal(order => order["placedAt"] = "2026-11-21T14:03:07.123456789Z");
        var off = Events.Accepted(json).Order.PlacedAt - At(15, 3, 7).AddTicks(1234567);
        Assert.InRange(off!.Value.Ticks, 0, 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-21T14:03:07")]
    [InlineData("2026-11-21 14:03:07Z")]
    [InlineData("2026-11-21T14:03Z")]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21T24:00:00Z")]
    [InlineData("2026-11-21T14:60:00Z")]
    [InlineData("2026-11-21T23:59:60Z")]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-11-00T00:00:00Z")]
    [InlineData("2026-11-21T14:03:07+1:00")]
    [InlineData("2026-11-21T14:03:07+0100")]
    [InlineData("2026-11-21T14:03:07+01:60")]
    [InlineData("2026-11-21T14:03:07+15:00")]
    [InlineData("2026-11-21T14:03:07.Z")]
    [InlineData("2026-11-21T14:03:07,5Z")]
    [InlineData("2026-11-21T14:03:07.1234567890Z")]
    [InlineData("2026-11-21T14:03:07Z ")]
    [InlineData(" 2026-11-21T14:03:07Z")]
    [InlineData("2026-11-21T14:03:07Z\n")]
    [InlineData("2026-11-21T14:03:07 Z")]
    [InlineData("02026-11-21T14:03:07Z")]
    [InlineData("26-11-21T14:03:07Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59.999999999-01:00")]
    [InlineData("21/11/2026 14:03:07 +01:00")]
    [InlineData("Sat, 21 Nov 2026 14:03:07 GMT")]
    [InlineData("1795269787")]
    [InlineData("now")]
    [InlineData("２026-11-21T14:03:07Z")]
    public void Any_other_time_is_refused(string text)
    {
        var message = Events.RefusedAt("$.order.placedAt", Events.Minimal(order => order["placedAt"] = text));
        Assert.Contains("for example 2026-11-21T14:03:07+01:00", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{\"order\":")]
    [InlineData("{\"order\":{}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1,]")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData("// a comment\n{}")]
    [InlineData("{/* a comment */}")]
    [InlineData("{'a':1}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":+1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":.5}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"a\":\"a\nb\"}")]
    [InlineData("{\"a\":True}")]
    [InlineData("<order/>")]
    [InlineData("\0")]
    public void What_is_not_JSON_is_refused_with_line_and_position(string text) =>
        Assert.Matches("^is not JSON: line [0-9]+, position [0-9]+$", Events.RefusedAt("$", text));

    [Fact]
    public void The_line_and_the_position_of_an_error_are_counted_from_1() =>
        Assert.Equal("is not JSON: line 3, position 3", Events.RefusedAt("$", "{\n  \"a\": 1,\n  }"));

    [Theory]
    [InlineData(100)]
    [InlineData(50_000)]
    public void JSON_nested_too_deep_is_refused(int levels)
    {
        foreach (var (open, close) in new[] { ("[", "]"), ("{\"a\":", "}") })
        {
            var nested =
                string.Concat(Enumerable.Repeat(open, levels)) + "1" + string.Concat(Enumerable.Repeat(close, levels));
            var json = open == "[" ? nested : Events.WithRaw("customer", nested);
            if (json.Length <= OrderEventReader.MostBytes)
            {
                Assert.StartsWith("is not JSON", Events.RefusedAt("$", json), StringComparison.Ordinal);
            }
            else
            {
                Events.RefusedAt("$", json);
            }
        }
    }

    [Theory]
    [InlineData("[]", "must be an object, not an array")]
    [InlineData("[{}]", "must be an object, not an array")]
    [InlineData("null", "must be an object, not null")]
    [InlineData("true", "must be an object, not true")]
    [InlineData("\"paid\"", "must be an object, not this text")]
    [InlineData("\"\"", "must be an object, not empty text")]
    [InlineData("42", "must be an object, not a number")]
    public void JSON_that_is_no_object_is_refused(string json, string reason) =>
        Assert.Equal(reason, Events.RefusedAt("$", json));

    [Fact]
    public void The_empty_object_lacks_what_is_required()
    {
        var errors = Events.Refused("{}");
        Assert.Equal(["$.occurredAt", "$.order"], errors.Keys);
        Assert.All(errors.Values, messages => Assert.Equal(["is missing"], messages));
    }

    [Fact]
    public void A_byte_order_mark_is_taken()
    {
        byte[] withMark = [0xEF, 0xBB, 0xBF, .. Samples.Utf8()];
        Assert.Equal(Samples.Event().EventId, Events.Accepted(withMark).EventId);
    }

    [Fact]
    public void A_byte_order_mark_alone_is_not_JSON() => Assert.Equal(["$"], Events.Refused([0xEF, 0xBB, 0xBF]).Keys);

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xF5, 0x80, 0x80, 0x80 })]
    public void What_is_not_UTF_8_is_refused(byte[] wrong)
    {
        var json = Events.WithRaw("alias", "\"@\"");
        var cut = json.IndexOf('@', StringComparison.Ordinal);
        byte[] bytes = [.. Utf8.GetBytes(json[..cut]), .. wrong, .. Utf8.GetBytes(json[(cut + 1)..])];
        var errors = Events.Refused(bytes);
        Assert.Equal(["is not UTF-8"], errors["$"]);
    }

    [Fact]
    public void UTF_16_is_refused() => Assert.Equal(["$"], Events.Refused(Encoding.Unicode.GetPreamble()).Keys);

    [Theory]
    [InlineData("alias", "$.order.alias")]
    [InlineData("id", "$.order.id")]
    [InlineData("status", "$.order.status")]
    [InlineData("currency", "$.order.currency")]
    [InlineData("placedAt", "$.order.placedAt")]
    [InlineData("total", "$.order.total")]
    [InlineData("inStore", "$.order.inStore")]
    [InlineData("customer", "$.order.customer")]
    [InlineData("lines", "$.order.lines")]
    public void Half_a_surrogate_pair_is_refused_wherever_it_stands(string field, string path)
    {
        Events.RefusedAt(path, Events.WithRaw(field, "\"\\ud800\""));
        Events.RefusedAt(path, Events.WithRaw(field, "\"a\\udc00b\""));
    }

    [Fact]
    public void A_whole_surrogate_pair_is_text() =>
        Assert.Equal("😀", Events.Accepted(Events.WithRaw("alias", "\"\\ud83d\\ude00\"")).Order.Alias);

    [Fact]
    public void A_field_name_that_is_no_Unicode_is_refused()
    {
        var json = Events
            .Minimal()
            .ToJsonString()
            .Replace("\"id\":", "\"\\ud800\":1,\"id\":", StringComparison.Ordinal);
        Assert.Equal("has a field whose name is not valid Unicode", Events.RefusedAt("$.order", json));
    }

    [Theory]
    [InlineData("\"id\":\"1001\"", "\"id\":\"1001\",\"id\":\"1002\"")]
    [InlineData("\"id\":\"1001\"", "\"id\":\"1001\",\"id\":\"1001\"")]
    [InlineData("\"id\":\"1001\"", "\"id\":\"1001\",\"\\u0069d\":\"1002\"")]
    [InlineData("\"id\":\"1001\"", "\"id\":\"1001\",\"id\":null")]
    public void A_field_that_stands_twice_is_refused(string once, string twice)
    {
        var json = Events.Minimal().ToJsonString().Replace(once, twice, StringComparison.Ordinal);
        Assert.Equal("stands here more than once", Events.RefusedAt("$.order.id", json));
    }

    [Theory]
    [InlineData("Total", "total")]
    [InlineData("totl", "total")]
    [InlineData("totals", "total")]
    [InlineData("TOTALBEFOREDISCOUNTS", "totalBeforeDiscounts")]
    [InlineData("totalBeforeDiscount", "totalBeforeDiscounts")]
    [InlineData("discount", "discounts")]
    [InlineData("shipingTax", "shippingTax")]
    [InlineData("shippingAdress", "shippingAddress")]
    [InlineData("line", "lines")]
    [InlineData("ID", "id")]
    [InlineData("placed_at", "placedAt")]
    public void An_unknown_field_that_looks_like_a_typo_is_refused_with_what_was_meant(string name, string meant) =>
        Assert.Equal(
            $"is not a known field; did you mean '{meant}'?",
            Events.RefusedAt($"$.order.{name}", Events.Minimal(order => order[name] = 1))
        );

    [Theory]
    [InlineData("comment")]
    [InlineData("x")]
    [InlineData("is")]
    [InlineData("paymentMethod")]
    public void An_unknown_field_that_looks_like_none_is_refused_without_a_guess(string name) =>
        Assert.Equal(
            "is not a known field",
            Events.RefusedAt($"$.order.{name}", Events.Minimal(order => order[name] = new JsonObject()))
        );

    [Theory]
    [InlineData("with space", "$.order['with space']")]
    [InlineData("with-dash", "$.order['with-dash']")]
    [InlineData("with.dot", "$.order['with.dot']")]
    [InlineData("it's", "$.order['it\\'s']")]
    [InlineData("", "$.order['']")]
    [InlineData("1st", "$.order['1st']")]
    [InlineData("größe", "$.order['größe']")]
    [InlineData("$ref", "$.order['$ref']")]
    [InlineData("[0]", "$.order['[0]']")]
    [InlineData("_under", "$.order._under")]
    [InlineData("comment\n", "$.order['comment\n']")]
    public void The_path_of_an_odd_name_is_unmistakable(string name, string path) =>
        Events.RefusedAt(path, Events.Minimal(order => order[name] = 1));

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\u0007")]
    [InlineData("\\n")]
    [InlineData("\\r\\n")]
    [InlineData("\\t")]
    [InlineData("\\u001b[31m")]
    [InlineData("\\u007f")]
    [InlineData("\\u0085")]
    public void Text_with_a_control_character_is_refused(string escaped)
    {
        Assert.Equal(
            "has a control character in it",
            Events.RefusedAt("$.order.alias", Events.WithRaw("alias", $"\"a{escaped}b\""))
        );
        Events.RefusedAt("$.order.id", Events.WithRaw("id", $"\"{escaped}\""));
    }

    [Theory]
    [InlineData("\"\"", "must not be empty")]
    [InlineData("\"   \"", "must not be empty")]
    [InlineData("\"\\u00a0\"", "must not be empty")]
    [InlineData("null", "is missing")]
    [InlineData("\".\"", "must not be '.' or '..': it stands in the path of addresses")]
    [InlineData("\"..\"", "must not be '.' or '..': it stands in the path of addresses")]
    [InlineData("\" .. \"", "must not be '.' or '..': it stands in the path of addresses")]
    [InlineData("1001", "must be text, not a number")]
    public void An_order_id_that_is_none_is_refused(string raw, string reason) =>
        Assert.Equal(reason, Events.RefusedAt("$.order.id", Events.WithRaw("id", raw)));

    [Theory]
    [InlineData("...")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("#1001")]
    [InlineData("Ä-1 2")]
    [InlineData("%2e%2e")]
    public void Any_other_order_id_is_kept_as_it_is(string id) =>
        Assert.Equal(id, Events.Accepted(Events.Minimal(order => order["id"] = id)).Order.Id);

    [Theory]
    [InlineData("[\"katalys\",\"duel\"]", "duel katalys")]
    [InlineData("[\"DUEL\",\"AvantLink\"]", "duel avantlink")]
    [InlineData("[\"duel\",\"duel\",\"Duel\"]", "duel")]
    [InlineData("[\" retrack \"]", "retrack")]
    [InlineData("[\"katalys\",\"retrack\",\"avantlink\",\"duel\"]", "duel avantlink retrack katalys")]
    public void Providers_are_read_without_regard_to_case_in_one_order(string raw, string names)
    {
        var read = Events.Accepted(Providers(raw));
        Assert.Equal(names.Split(' '), read.Providers!);
        Assert.All(names.Split(' '), name => Assert.True(read.IsFor(name), name));
        Assert.Equal(names.Contains("duel", StringComparison.Ordinal), read.IsFor("duel"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    public void No_providers_named_means_all(string raw)
    {
        var read = Events.Accepted(Providers(raw));
        Assert.Null(read.Providers);
        Assert.All(Samples.ProviderNames, name => Assert.True(read.IsFor(name), name));
    }

    [Fact]
    public void A_provider_that_nobody_registered_is_refused_with_those_that_there_are() =>
        Assert.Equal(
            $"is no provider; known are {string.Join(", ", Samples.ProviderNames)}",
            Events.RefusedAt("$.providers[1]", Providers("""["duel","awin"]"""))
        );

    [Theory]
    [InlineData("[\"duel\",null]", "$.providers[1]", "must be text, not null")]
    [InlineData("[1]", "$.providers[0]", "must be text, not a number")]
    [InlineData("\"duel\"", "$.providers", "must be an array, not this text")]
    [InlineData("{\"duel\":true}", "$.providers", "must be an array, not an object")]
    public void A_provider_that_is_none_is_refused_at_its_place(string raw, string path, string reason) =>
        Assert.Equal(reason, Events.RefusedAt(path, Providers(raw)));

    [Theory]
    [InlineData("203.0.113.45")]
    [InlineData("0.0.0.0")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:DB8:0:0:0:0:0:1")]
    [InlineData("::1")]
    [InlineData("::ffff:203.0.113.45")]
    public void An_IP_address_is_kept_as_it_is(string address) =>
        Assert.Equal(address, Events.Accepted(IpAddress(address)).Attribution?.IpAddress);

    [Theory]
    [InlineData("1")]
    [InlineData("127.1")]
    [InlineData("3405803821")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0xCB00712D")]
    [InlineData("010.0.0.1")]
    [InlineData("203.0.113.256")]
    [InlineData("203.0.113.45:443")]
    [InlineData("[2001:db8::1]")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("fe80::1%eth0")]
    [InlineData("203.0.113.45, 10.0.0.1")]
    [InlineData("203.0.113.45/24")]
    [InlineData("unknown")]
    [InlineData("localhost")]
    public void What_is_not_exactly_one_IP_address_is_refused(string address) =>
        Assert.Equal(
            "must be one IPv4 or IPv6 address",
            Events.RefusedAt("$.attribution.ipAddress", IpAddress(address))
        );

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("\"2\"", 2)]
    [InlineData("3.0", 3)]
    [InlineData("1e2", 100)]
    [InlineData("1000000", 1_000_000)]
    public void A_quantity_is_a_whole_number_however_spelled(string raw, int quantity) =>
        Assert.Equal(quantity, Events.Accepted(Quantity(raw)).Order.Lines[0].Quantity);

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1000001")]
    [InlineData("4294967297")]
    [InlineData("1e20")]
    [InlineData("\"\"")]
    [InlineData("\"two\"")]
    [InlineData("true")]
    public void Any_other_quantity_is_refused(string raw) =>
        Assert.StartsWith(
            "must be a whole number from 0 to 1000000, not ",
            Events.RefusedAt("$.order.lines[0].quantity", Quantity(raw)),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("1f80e3996f554cefb8b00f74752c1ceb")]
    [InlineData("{1f80e399-6f55-4cef-b8b0-0f74752c1ceb}")]
    [InlineData("1f80e399-6f55-4cef-b8b0-0f74752c1ce")]
    [InlineData("zf80e399-6f55-4cef-b8b0-0f74752c1ceb")]
    public void A_Retrack_event_that_is_no_UUID_is_refused(string text)
    {
        var json = Events.WithRaw(
            "lines",
            $$"""[{"sku":"a","quantity":1,"unitPrice":0,"retrackEventId":"{{text}}"}]"""
        );
        Events.RefusedAt("$.order.lines[0].retrackEventId", json);
    }

    [Fact]
    public void An_event_of_192_KB_is_accepted_and_one_byte_more_is_refused()
    {
        var json = Samples.Utf8();
        byte[] largest = [.. json, .. Enumerable.Repeat((byte)' ', (192 * 1024) - json.Length)];
        Events.Accepted(largest);

        var errors = Events.Refused([.. largest, (byte)' ']);
        Assert.Equal(["has 196609 bytes; an order event has at most 196608"], errors["$"]);
    }

    [Fact]
    public void An_event_of_a_batch_that_is_too_large_is_refused_unread()
    {
        var large = $$"""{"typo":"{{new string('x', OrderEventReader.MostBytes)}}"}""";
        var errors = new ValidationErrors();

        Assert.Null(
            new OrderEventReader(Samples.ProviderNames).ReadBatch(
                Utf8.GetBytes($"[{Events.Minimal().ToJsonString()},{large}]"),
                most: 2,
                errors
            )
        );
        Assert.Equal(
            $"$[1]: has {large.Length} bytes; an order event has at most {OrderEventReader.MostBytes}",
            errors.ToString()
        );
    }

    // An emoji has 4 bytes as it comes and 12 as it goes on.
    [Fact]
    public void An_event_that_emoji_make_larger_than_240_KB_on_the_bus_is_refused()
    {
        const int Most = 240 * 1024;
        var room = Most - CanonicalJson.Write(Events.Accepted(WithEmoji(padding: 0))).Length;

        Assert.Equal(Most, CanonicalJson.Write(Events.Accepted(WithEmoji(room))).Length);
        Assert.Equal(
            "has more than 245760 bytes on the bus, where emoji are escaped",
            Events.RefusedAt("$", WithEmoji(room + 1))
        );
    }

    [Fact]
    public void Two_hundred_errors_are_all_told_at_once()
    {
        var lines = Enumerable.Repeat("""{"sku":"","quantity":-1,"unitPrice":"x","color":"red"}""", 50);
        var errors = Events.Refused(Events.WithRaw("lines", $"[{string.Join(',', lines)}]"));

        var expected = Enumerable
            .Range(0, 50)
            .SelectMany(
                i => new[] { "quantity", "unitPrice", "sku", "color" },
                (i, name) => $"$.order.lines[{i}].{name}"
            );
        Assert.Equal(expected, errors.Keys);
        Assert.All(errors.Values, messages => Assert.Single(messages));
    }

    [Fact]
    public void Errors_of_every_part_are_told_together()
    {
        const string Json = """
            {
              "occurredAt": 5, "providers": ["awin"], "orders": {},
              "order": {
                "id": "", "status": "sent", "placedAt": "today", "currency": "eur", "total": null, "tax": "free",
                "customer": { "email": 7 }, "shippingAddress": [], "discounts": {}, "lines": [null, { "name": "a" }],
                "loyalty": { "points": -1 }
              },
              "attribution": { "userIds": "u-1", "pageUrl": true, "page": "" }
            }
            """;
        var errors = Events.Refused(Json);
        var actual = errors.Keys.Select(path =>
            path.StartsWith("$.providers", StringComparison.Ordinal) ? "$.providers" : path
        );
        Assert.Equal(
            new[]
            {
                "$.attribution.page",
                "$.attribution.pageUrl",
                "$.attribution.userIds",
                "$.occurredAt",
                "$.order.currency",
                "$.order.customer.email",
                "$.order.discounts",
                "$.order.id",
                "$.order.lines[0]",
                "$.order.lines[1].quantity",
                "$.order.lines[1].unitPrice",
                "$.order.loyalty.points",
                "$.order.placedAt",
                "$.order.shippingAddress",
                "$.order.status",
                "$.order.tax",
                "$.order.total",
                "$.orders",
                "$.providers",
            },
            actual.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void One_amount_may_be_wrong_in_several_ways_at_once()
    {
        var errors = Events.Refused(Events.Minimal(order => order["total"] = "-1.005"));
        Assert.Equal(["must not be negative", "has more decimals than SEK (2)"], errors["$.order.total"]);
    }

    [Theory]
    [InlineData("$.order", "\"order\":5")]
    [InlineData("$.order", "\"order\":[]")]
    [InlineData("$.order", "\"order\":\"1001\"")]
    public void An_order_of_a_wrong_type_is_one_error(string path, string order) =>
        Events.RefusedAt(path, $$"""{"occurredAt":"2026-11-21T14:03:07+01:00",{{order}}}""");

    [Theory]
    [InlineData("\"alex@example.com\"", "alex@example.com")]
    [InlineData("\"203.0.113.45\"", "203.0.113.45")]
    [InlineData("\"W1D 3AX\"", "W1D 3AX")]
    [InlineData("90210", "90210")]
    [InlineData("[\"alex@example.com\"]", "alex@example.com")]
    public void A_value_is_not_repeated_in_its_error_wherever_it_stands(string json, string value)
    {
        // Errors are logged and parked; who a customer is must not be there. Amounts are told where they don't add up.
        var text = Events.Full().ToJsonString();
        foreach (var place in Places(text))
        {
            var errors = new ValidationErrors();
            var utf8 = Utf8.GetBytes(text[..place.Start.Value] + json + text[place.End.Value..]);
            new OrderEventReader(Samples.ProviderNames).Read(utf8, errors);
            var told = errors.ToDictionary().Where(each => each.Key != "$.order.total").SelectMany(each => each.Value);
            Assert.DoesNotContain(told, message => message.Contains(value, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Whatever_the_bytes_there_is_an_event_or_an_error_and_never_an_exception()
    {
        var random = new Random(20261121);
        var sample = Utf8.GetBytes(Events.Full().ToJsonString());
        var accepted = 0;
        for (var round = 0; round < 5000; round++)
        {
            var bytes = Mutated(sample, random);
            var errors = new ValidationErrors();
            OrderEvent? read = null;
            var thrown = Record.Exception(() => read = new OrderEventReader(Samples.ProviderNames).Read(bytes, errors));
            Assert.True(
                thrown is null && read is not null != errors.Any,
                $"Round {round}: {thrown?.ToString() ?? $"event {read}, errors {errors}"}\n{Convert.ToBase64String(bytes)}"
            );
            if (read is not null)
            {
                accepted++;
                var again = Events.Accepted(CanonicalJson.Write(read));
                Assert.Equal(CanonicalJson.Write(read), CanonicalJson.Write(again));
            }
        }

        Assert.InRange(accepted, 100, 4900);
    }

    [Fact]
    public void Whatever_stands_in_the_place_of_a_value_there_is_an_event_or_an_error_and_never_an_exception()
    {
        string[] values =
        [
            "null",
            "true",
            "0",
            "-1",
            "1e400",
            "-0.0",
            "1E-7",
            "123456789012345678901234567890",
            "\"\"",
            "\" \"",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "\"..\"",
            "\"9999-12-31T23:59:59.9999999-14:00\"",
            "\"::\"",
            "\"JPY\"",
            "[]",
            "[null]",
            "[[]]",
            "{}",
            "{\"\":0}",
            "{\"\\udfff\":0}",
            "\"NaN\"",
            "\"\\uFFFF\\uFEFF\"",
        ];
        var text = Events.Full().ToJsonString();
        foreach (var place in Places(text))
        {
            foreach (var value in values)
            {
                var json = text[..place.Start.Value] + value + text[place.End.Value..];
                var errors = new ValidationErrors();
                OrderEvent? read = null;
                var thrown = Record.Exception(() =>
                    read = new OrderEventReader(Samples.ProviderNames).Read(Utf8.GetBytes(json), errors)
                );
                Assert.True(
                    thrown is null && read is not null != errors.Any,
                    $"{thrown?.ToString() ?? $"event {read}, errors {errors}"}\n{json}"
                );
            }
        }
    }

    private static byte[] Mutated(byte[] sample, Random random)
    {
        var bytes = sample.ToList();
        var changes = random.Next(1, 4);
        for (var i = 0; i < changes; i++)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    // Within ASCII letters and digits most mutations stay JSON.
                    bytes[at] = (byte)"abcXYZ0123456789.-+ "[random.Next(20)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 6), bytes.Count - at));
                    break;
                case 3:
                    bytes.Insert(at, (byte)"{}[]\",:\\u0"[random.Next(10)]);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                default:
                    bytes[at] = (byte)(bytes[at] ^ 0x20);
                    break;
            }
        }

        return [.. bytes];
    }

    // Where each value of the JSON stands: scalars, objects and arrays.
    private static List<Range> Places(string json)
    {
        var utf8 = Utf8.GetBytes(json);
        Assert.True(utf8.Length == json.Length, "The text must be ASCII, so that positions are the same.");
        var reader = new System.Text.Json.Utf8JsonReader(utf8);
        var (open, places) = (new Stack<int>(), new List<Range>());
        while (reader.Read())
        {
            var (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
            switch (reader.TokenType)
            {
                case System.Text.Json.JsonTokenType.PropertyName:
                    break;
                case System.Text.Json.JsonTokenType.StartObject or System.Text.Json.JsonTokenType.StartArray:
                    open.Push(start);
                    break;
                case System.Text.Json.JsonTokenType.EndObject or System.Text.Json.JsonTokenType.EndArray:
                    places.Add(open.Pop()..end);
                    break;
                default:
                    places.Add(start..end);
                    break;
            }
        }

        return places;
    }

    // Nearly as large as it can be on the bus; the e-mail address makes up the rest, byte by byte.
    private static string WithEmoji(int padding)
    {
        string[] fields =
        [
            "avantLinkToken",
            "retrackClick",
            "affiliate",
            "userAgent",
            "pageUrl",
            "referrerUrl",
            "googleClickId",
            "customTrackingCode",
        ];
        var attribution = fields.Select(field => $"\"{field}\":\"{Emoji(2048)}\"");
        var line = $$"""{"name":"{{Emoji(502)}}","variant":"{{Emoji(502)}}","quantity":1,"total":0}""";
        var order = Events.WithRaw("lines", $"[{string.Join(',', Enumerable.Repeat(line, 4))}]")[..^2];
        return $$$"""{{{order}}},"customer":{"email":"{{{new string('x', 1 + padding)}}}"}},"eventId":"e","attribution":{{{{string.Join(',', attribution)}}}}}""";

        static string Emoji(int count) => string.Concat(Enumerable.Repeat("😀", count));
    }

    private static string Providers(string raw) =>
        Events
            .Minimal()
            .ToJsonString()
            .Replace("\"order\":", $"\"providers\":{raw},\"order\":", StringComparison.Ordinal);

    private static JsonObject IpAddress(string address)
    {
        var json = Events.Minimal();
        json["attribution"] = new JsonObject { ["ipAddress"] = address };
        return json;
    }

    private static string Quantity(string raw) =>
        Events.WithRaw("lines", $$"""[{"sku":"a","quantity":{{raw}},"unitPrice":0}]""");

    private static (decimal?, decimal?, decimal?, decimal, decimal, decimal) Amounts(Order order) =>
        (order.Total, order.TotalBeforeDiscounts, order.Tax, order.Shipping, order.ShippingTax, order.Fees);

    private static DateTimeOffset At(int hour, int minute, int second) =>
        new(2026, 11, 21, hour, minute, second, TimeSpan.FromHours(1));
}
