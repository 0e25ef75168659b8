using System.Net;
using System.Text;
using System.Text.Json;
using OrderFunctions.Core.Tests.Providers;
using OrderFunctions.Redaction;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Conformance;

namespace OrderFunctions.Core.Tests.Redaction;

public sealed class RedactorTests
{
    private readonly Redactor _redactor = new(Samples.Event());

    [Theory]
    [InlineData("DbV6KYhMm7firiNtgfOCEmRohglfAQUTUy4FudGOKtetC0yYSaKtOXIedfNX")]
    [InlineData("p\"a+s/s<wörd>")]
    [InlineData("a+b/c==")]
    public void A_secret_is_masked_plain_in_JSON_and_in_an_address(string secret)
    {
        _redactor.Add(secret);

        Assert.Equal("the token '***' is wrong", _redactor.Redact($"the token '{secret}' is wrong"));
        Assert.Equal("""{"token":"***"}""", _redactor.Redact($$"""{"token":"{{JsonEncodedText.Encode(secret)}}"}"""));
        Assert.Equal("?t=***&x=1", _redactor.Redact($"?t={Uri.EscapeDataString(secret)}&x=1"));
        var likePhp = secret
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("/", "\\/", StringComparison.Ordinal);
        Assert.Equal("""{"token":"***"}""", _redactor.Redact($$"""{"token":"{{likePhp}}"}"""));
    }

    [Fact]
    public void A_Basic_parameter_is_masked()
    {
        var parameter = Convert.ToBase64String(Encoding.UTF8.GetBytes("shop:s3cret?>~"));
        _redactor.Add("shop");
        _redactor.Add("s3cret?>~");
        _redactor.Add(parameter);

        Assert.Equal("Basic *** for *** was refused", _redactor.Redact($"Basic {parameter} for shop was refused"));
    }

    [Fact]
    public void A_secret_within_a_longer_one_leaves_none_of_the_longer_one()
    {
        _redactor.Add("abc");
        _redactor.Add("xabcx-long");

        Assert.Equal("***, ***", _redactor.Redact("xabcx-long, abc"));
    }

    [Theory]
    [InlineData("alex@example.com")]
    [InlineData("ALEX@example.COM")]
    [InlineData("alex%40example.com")]
    [InlineData("somebody.else@example.org")]
    [InlineData("203.0.113.45")]
    [InlineData("203-0-113-45")]
    [InlineData("198.51.100.7")]
    [InlineData("fe80::1")]
    [InlineData("::1")]
    [InlineData("2001:db8::")]
    [InlineData("::ffff:198.51.100.7")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("2001:db8::8a2e:370:7334")]
    [InlineData("2001:0db8:0000:0000:0000:8a2e:0370:7334")]
    [InlineData("211 19")]
    [InlineData("211%2019")]
    [InlineData("Malmö")]
    [InlineData("malmö")]
    [InlineData("Malm\\u00f6")]
    [InlineData("Malm%C3%B6")]
    public void Personal_data_is_masked(string personal) =>
        Assert.Equal("so '***' is it", _redactor.Redact($"so '{personal}' is it"));

    [Theory]
    [InlineData("alex+shop@example.com", "alex\\u002Bshop@example.com")]
    [InlineData("alex+shop@example.com", "alex\\u002bshop@example.com")]
    [InlineData("o'neil@example.com", "o\\u0027neil@example.com")]
    [InlineData("alex@example.com", "alex\\u0040example.com")]
    public void An_email_escaped_as_JSON_is_masked(string email, string escaped)
    {
        var redactor = new Redactor(Samples.Event(json => json.Customer()["email"] = email));

        Assert.Equal("""{"email":"***"}""", redactor.Redact($$"""{"email":"{{escaped}}"}"""));
    }

    [Theory]
    [InlineData("2026-11-21 14:03:07")]
    [InlineData("2026-11-21T14:03:07.123+01:00")]
    [InlineData("12:34:56:789")]
    [InlineData("3afc4a82-93c3-423f-8ee8-542ccb315931")]
    [InlineData("answered 400: {\"error_key\":\"client.model.merchants_tracking.tracking_ids.blank\"}")]
    [InlineData("Chrome/91.0.4472.124")]
    [InlineData("order 1001, 10000 SEK")]
    [InlineData("14:03:07")]
    [InlineData("14:03")]
    [InlineData("operator::, Cache::add, a :: b")]
    [InlineData("00:1b:44:11:3a:b7")]
    [InlineData("Illuminate\\Validation\\ValidationException at Router::dispatch()")]
    [InlineData("merchants/00000000-0000-0000-0000-000000000000/tracking/order")]
    [InlineData("invalidOrderNumberException, request_id 8c5ad9d6f0b24e63")]
    [InlineData("beställningen saknar på något sätt ett värde: 100 % av 50%")]
    [InlineData(
        "{\"message\":\"The given data was invalid.\",\"errors\":{\"click\":[\"The click must be a valid UUID.\"]}}"
    )]
    public void What_is_nobodys_stays(string text) => Assert.Equal(text, _redactor.Redact(text));

    [Theory]
    [InlineData("UT", "must be an absolute URL, but is not", "must be an absolute URL, but is not")]
    [InlineData("UT", "UT has no tax, UTAH has, not_UT", "*** has no tax, UTAH has, not_***")]
    [InlineData("UT", """{"state":"ut"}""", """{"state":"***"}""")]
    [InlineData("no", "there is no such order in NO", "there is *** such order in ***")]
    [InlineData("NO", "there is no such order in NO", "there is no such order in ***")]
    [InlineData("NO", "?country=no&x=1", "?country=***&x=1")]
    [InlineData("M", "I'm in M", "I'm in ***")]
    public void A_value_of_two_letters_is_cut_out_as_a_word_lest_half_of_every_sentence_goes(
        string state,
        string words,
        string expected
    )
    {
        var redactor = new Redactor(Samples.Event(json => json.Order()["shippingAddress"]!["state"] = state));

        Assert.Equal(expected, redactor.Redact(words));
    }

    [Theory]
    [InlineData("Thun", "with unions")]
    [InlineData("Lund", "all under one")]
    [InlineData("Nice", "a uni cent")]
    public void Letters_of_two_words_are_no_value(string city, string words)
    {
        var redactor = new Redactor(Samples.Event(json => json.Order()["shippingAddress"]!["city"] = city));

        Assert.Equal(words, redactor.Redact(words));
    }

    [Fact]
    public void Without_an_order_patterns_are_masked_all_the_same() =>
        Assert.Equal("*** from ***, Malmö", new Redactor().Redact("alex@example.com from 203.0.113.45, Malmö"));

    [Fact]
    public void A_long_text_is_cut_to_4096_characters()
    {
        var text = string.Concat(Enumerable.Repeat("abc ", 1024));
        Assert.Equal(text, _redactor.Redact(text));

        Assert.Equal(text[..4095] + "…", _redactor.Redact(text + "d"));
    }

    [Fact]
    public void A_secret_across_the_cut_is_masked_before_it()
    {
        _redactor.Add("token-0123456789");

        var masked = _redactor.Redact(new string(' ', 4090) + "token-0123456789" + new string(' ', 100));

        Assert.DoesNotContain("token", masked, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_leaves_no_half_of_a_character()
    {
        var masked = _redactor.Redact(new string(' ', 4094) + "😀😀");

        Assert.False(masked.Any(char.IsSurrogate), $"ends in {JsonSerializer.Serialize(masked[^3..])}");
    }

    [Theory]
    [InlineData("ip:fe80::1.", "ip:***.")]
    [InlineData("peer 2001:db8::1: refused", "peer ***: refused")]
    [InlineData("[fe80::1%eth0]:443", "[***%eth0]:443")]
    [InlineData("at 14:03:07 from ::1, 198.51.100.7:80", "at 14:03:07 from ***, ***:80")]
    public void Of_an_IP_address_the_marks_around_it_stay(string words, string expected) =>
        Assert.Equal(expected, new Redactor().Redact(words));

    public static TheoryData<string> RepresentationNames => [.. Representations.All.Keys];

    [Theory]
    [MemberData(nameof(RepresentationNames))]
    public void No_spelling_of_a_value_is_left(string representation)
    {
        string[] values =
        [
            "kund-Nöttling-77",
            "zoe.quillfeather+shop@wombatmail.example",
            "Bråne",
            "Sankt Örjans län",
            "UT",
            "84 101",
            "token-0123/456+789==",
            "p\"a&s%s<wörd>",
            "https://store.example.com/tack?namn=Nöttings&x=1",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
            "2001:db8::8a2e:370:7334",
            "59d08c54-18e6-4e0d-9c06-d18be3510e43",
        ];
        string[] sentences =
        [
            "#",
            "so '#' is it",
            "the value # is odd",
            """{"x":"#","message":"total is odd"}""",
            "<b>#</b>",
            "?a=#&b=1",
        ];
        var redactor = new Redactor();
        foreach (var value in values)
        {
            redactor.Add(value);
        }

        var left =
            from value in values
            from sentence in sentences
            let words = sentence.Replace("#", Representations.All[representation](value), StringComparison.Ordinal)
            let kept = redactor.Redact(words)
            where Letters(kept.Replace("/v1/", "", StringComparison.Ordinal)) != Letters(sentence)
            select $"'{value}' in '{words}' is '{kept}'";

        Assert.Empty(left);
    }

    [Theory]
    [InlineData("the address https://store.example.com/tack?namn=Hum... is too long", "the address ***... is too long")]
    [InlineData("token-01234567 is cut off", "*** is cut off")]
    [InlineData("it ends with toke", "it ends with ***")]
    [InlineData("a token is missing", "a token is missing")]
    public void A_value_s_beginning_is_cut_out_where_it_tells_the_value_by_its_length_or_where_the_text_ends(
        string words,
        string expected
    )
    {
        var redactor = new Redactor();
        redactor.Add("https://store.example.com/tack?namn=Hummelgren&o=1");
        redactor.Add("token-0123456789abcdef");

        Assert.Equal(expected, redactor.Redact(words));
    }

    // A field that is added to the event and forgotten in the redaction makes this fail.
    [Fact]
    public void Every_text_of_customer_address_and_attribution_is_cut_out()
    {
        var sample = Samples.Event();
        var number = 0;
        var orderEvent = sample with
        {
            Attribution = Marked(sample.Attribution!),
            Order = sample.Order with
            {
                Customer = Marked(sample.Order.Customer),
                ShippingAddress = Marked(sample.Order.ShippingAddress),
                BillingAddress = Marked(sample.Order.ShippingAddress),
            },
        };

        Assert.Equal(23, number);
        Assert.All(
            Enumerable.Range(1, number),
            mark => Assert.Equal("so '***' is it", new Redactor(orderEvent).Redact($"so 'wombat{mark}mark' is it"))
        );

        T Marked<T>(T fields) =>
            (T)
                Activator.CreateInstance(
                    typeof(T),
                    [
                        .. typeof(T)
                            .GetConstructors()[0]
                            .GetParameters()
                            .Select(parameter =>
                                parameter.ParameterType == typeof(string) ? $"wombat{++number}mark"
                                : parameter.ParameterType == typeof(IReadOnlyList<string>)
                                    ? new[] { $"wombat{++number}mark" }
                                : typeof(T).GetProperty(parameter.Name!)!.GetValue(fields)
                            ),
                    ]
                )!;
    }

    [Theory]
    [InlineData("alex@example.com")]
    [InlineData("ALEX@example.com")]
    public void The_hash_that_a_provider_gets_in_an_email_s_place_is_cut_out(string email)
    {
        var redactor = new Redactor(Samples.Event(json => json.Customer()["email"] = email));

        Assert.Equal(
            "user *** is unknown",
            redactor.Redact($"user {PersonalData.HashedIfEmail("alex@example.com")} is unknown")
        );
    }

    [Theory]
    [InlineData("half of \uD83D an emoji", "half of *** an emoji")]
    [InlineData("all of \\ud83d\\ude00 one", "all of \uD83D\uDE00 one")]
    [InlineData("red \u001b[31m text", "red ***[31m text")]
    [InlineData("{\"a\":\"b\\u0000c\",\"d\":\"e\"}", "{\"a\":\"***\",\"d\":\"e\"}")]
    [InlineData("a \uFFFD b", "a *** b")]
    [InlineData("see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lb25lIn0.x", "see ***.***.x")]
    [InlineData("dump 536f6d656f6e6520656c73652773206e616d65", "dump ***")]
    public void What_nobody_can_read_is_cut_out(string words, string expected) =>
        Assert.Equal(expected, _redactor.Redact(words));

    [Fact]
    public void A_word_longer_than_words_are_is_cut_out() =>
        Assert.Equal("a *** b", _redactor.Redact($"a {new string('x', 129)} b"));

    [Fact]
    public void Where_there_are_no_words_nothing_is_looked_for()
    {
        var redactor = new Redactor(Samples.Event());
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal("", redactor.Redact(""));

        // What is to be looked for takes 150 KB, and most deliveries have no words.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Fact]
    public void What_is_wrapped_in_more_layers_than_anyone_means_is_cut_out_whole()
    {
        var words = "total is odd";
        for (var layer = 0; layer < 4; layer++)
        {
            words = WebUtility.HtmlEncode(Representations.All["JSON, every letter"](words));
            words = Representations.All["an address, every byte, in small letters"](words);
        }

        Assert.Equal("***", _redactor.Redact(words));
    }

    // 64 KB is all that is read of an answer; how long these take is measured in RedactionBenchmarks.
    [Theory]
    [InlineData("a")]
    [InlineData("a.")]
    [InlineData("a%40")]
    [InlineData("1.")]
    [InlineData("a:")]
    [InlineData("a@a")]
    public void The_longest_answer_is_cut_whatever_stands_in_it(string piece)
    {
        var masked = _redactor.Redact(string.Concat(Enumerable.Repeat(piece, 64 * 1024 / piece.Length)));

        Assert.InRange(masked.Length, 1, Redactor.MostCharacters);
    }

    private static string Letters(string text) =>
        string.Concat(text.Replace("***", "", StringComparison.Ordinal).Where(char.IsLetterOrDigit));
}
