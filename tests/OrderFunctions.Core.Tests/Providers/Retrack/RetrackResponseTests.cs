using OrderFunctions.Providers;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;
using static OrderFunctions.Core.Tests.Providers.Retrack.RetrackCase;

namespace OrderFunctions.Core.Tests.Providers.Retrack;

public sealed class RetrackResponseTests
{
    private const string Documented = """
        {
        "data": {
        "uuid": "3afc4a82-93c3-423f-8ee8-542ccb315931",
        "order_number": "test1234",
        "order_sum": 200000,
        "vat_sum": 40000,
        "commission": 4000,
        "currency": "SEK",
        "vouchers": [],
        "created_at": "2020-11-04 11:09:31",
        "click": {
        "uuid": "59d08c54-18e6-4e0d-9c06-d18be3510e43",
        "ref": "38315327",
        "ref2": null,
        "ref3": null,
        "deeplink": null,
        "ip_address": "80.216.223.143",
        "browser": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/85.0.4183.121 Safari/537.36",
        "referer": "https://www.refunder.se/",
        "country": "SE",
        "created_at": "2020-10-08 08:13:43"
        },
        "publisher": {
        "uuid": "e5adcbc6-31a8-4e1b-8351-835dddc16921",
        "name": "Refunder SE",
        "created_at": "2020-05-19 15:44:36"
        },
        "advertiser": {
        "uuid": "4062146a-9078-4e9a-8a88-2b9066c562d2",
        "name": "Store Name SE",
        "created_at": "2020-05-19 15:46:02"
        },
        "program": {
        "uuid": "7649bf56-4345-46e4-8c77-04bbd2f3bcd3",
        "title": "Store Name SE",
        "created_at": "2020-05-19 15:47:02"
        },
        "event": {
        "uuid": "1f80e399-6f55-4cef-b8b0-0f74752c1ceb",
        "title": "Sale Whole Store",
        "commission": "20.00",
        "created_at": "2020-05-19 15:48:46"
        },
        "status": {
        "name": "pending",
        "reason": null,
        "created_at": "2020-11-04 11:09:31"
        },
        "products": [
        {
        "reference": "testabc123",
        "name": "Testprodukt",
        "price": 200000,
        "vat": 40000,
        "created_at": "2020-11-04 11:09:31"
        }
        ]
        }
        }
        """;

    private static readonly ProviderRequest Create = Sent(Next(PriorState.Nothing));
    private static readonly ProviderRequest LookUp = Sent(Next(new PriorState(true, Uuid, false)));

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public void The_documented_answer_is_delivered_under_its_uuid_and_nothing_else_of_it_is_kept(int status) =>
        Assert.Equal(new Outcome.Delivered(Uuid), TheProvider.Classify(Create, new(status, Documented)));

    [Fact]
    public void Of_a_look_up_the_uuid_the_status_and_the_click_are_kept_and_nothing_else()
    {
        var lookUp = Sent(Next(new PriorState(true, Uuid, false), json => json.Order()["id"] = "test1234"));

        Assert.Equal(
            new Outcome.Found(new LookedUp(Uuid, "pending", "59d08c54-18e6-4e0d-9c06-d18be3510e43")),
            TheProvider.Classify(lookUp, new(200, Documented))
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("OK 80.216.223.143")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":{"uuid":7,"ip_address":"80.216.223.143"}}""")]
    [InlineData("<html>80.216.223.143</html>")]
    [InlineData("""{"data":{"uuid":"Bearer sandbox-token"}}""")]
    [InlineData("""{"data":{"uuid":"3afc4a8293c3423f8ee8542ccb315931"}}""")]
    [InlineData("""{"data":{"uuid":"{3afc4a82-93c3-423f-8ee8-542ccb315931}"}}""")]
    [InlineData("""{"data":{"uuid":"3afc4a82-93c3-423f-8ee8-542ccb315931 80.216.223.143"}}""")]
    [InlineData("""{"data":{"uuid":"\ud800"}}""")]
    [InlineData("""{"data":{"uuid":"3afc4a82-93c3-423f-8ee8-542ccb31593\ud83d"}}""")]
    [InlineData("""{"data":{"uuid":"3afc4a82-93c3-423f-8ee8-542ccb315931\ud83d"}}""")]
    public void A_200_without_a_UUID_may_be_saved_and_is_looked_up_later(string body)
    {
        var retry = Assert.IsType<Outcome.Retry>(TheProvider.Classify(Create, new(200, body)));

        Assert.True(retry.MayHaveArrived, "a second create would make a second transaction");
        Assert.Equal(new RetryTiming.NextSlot(), retry.When);
        Assert.Contains("data.uuid", retry.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("80.216.223.143", retry.Reason, StringComparison.Ordinal);
    }

    // Halves of characters are what a provider leaves of an emoji when it shortens a product's name.
    [Theory]
    [InlineData("\\ud83d")]
    [InlineData("\\udE00\\ud83d")]
    [InlineData("\\\\\\ud83d")]
    [InlineData("\\ud83d\\u0041")]
    public void Half_a_character_elsewhere_in_the_answer_does_not_hide_the_uuid(string half)
    {
        const string Template = """{"#":1,"data":{"#":2,"uuid":"$","products":[{"name":"x#"}]}}""";
        var body = Template.Replace("#", half, StringComparison.Ordinal).Replace("$", Uuid, StringComparison.Ordinal);

        Assert.Equal(new Outcome.Delivered(Uuid), TheProvider.Classify(Create, new(200, body)));
    }

    [Theory]
    [InlineData("""{"data":{"uuid":"3AFC4A82-93C3-423F-8EE8-542CCB315931"}}""")]
    [InlineData("""{"data":{"uuid":" 3afc4a82-93c3-423f-8ee8-542ccb315931 "}}""")]
    [InlineData("""{"data":{"uuid":"\u0033afc4a82-93c3-423f-8ee8-542ccb315931"}}""")]
    public void A_uuid_is_kept_in_one_spelling(string body) =>
        Assert.Equal(new Outcome.Delivered(Uuid), TheProvider.Classify(Create, new(200, body)));

    [Theory]
    [InlineData("update", "paid")]
    [InlineData("reject", "cancelled")]
    public void An_update_needs_no_uuid_in_its_answer_for_it_went_to_the_one_we_know(string purpose, string status)
    {
        var update = Sent(Next(Found("pending"), status));
        Assert.Equal(purpose, update.Purpose);

        Assert.Equal(
            new Outcome.Delivered(),
            TheProvider.Classify(update, new(200, """{"data":{"uuid":"Bearer sandbox-token"}}"""))
        );
        foreach (var body in new[] { "<html>80.216.223.143</html>", """{"data":["80.216.223.143"]}""" })
        {
            Assert.True(Assert.IsType<Outcome.Retry>(TheProvider.Classify(update, new(200, body))).MayHaveArrived);
        }
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(302, false)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(409, false)]
    [InlineData(422, false)]
    [InlineData(429, false)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public void Every_other_answer_is_tried_again(int status, bool mayHaveArrived) =>
        Assert.Equal(
            new Outcome.Retry($"answered {status}: no", WhenAfter(status), mayHaveArrived),
            TheProvider.Classify(Create, new(status, "no"))
        );

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void A_refused_token_is_told_apart(int status)
    {
        Assert.IsType<Outcome.CredentialRefused>(TheProvider.Classify(Create, new(status, "")));
        Assert.IsType<Outcome.CredentialRefused>(TheProvider.Classify(LookUp, new(status, "")));
    }

    [Fact]
    public void A_look_up_may_answer_an_object() =>
        AssertFound(Uuid, "approved", $$$$"""{"data":{"uuid":"{{{{Uuid}}}}","status":{"name":"approved"}}}""");

    [Fact]
    public void A_look_up_may_answer_an_array() =>
        AssertFound(Uuid, "rejected", $$$"""{"data":[{"uuid":"{{{Uuid}}}","status":{"name":"rejected"}}]}""");

    [Theory]
    [InlineData("")]
    [InlineData(",\"status\":null")]
    [InlineData(",\"status\":\"pending\"")]
    public void A_transaction_without_a_readable_status_is_found_all_the_same(string status) =>
        AssertFound(Uuid, null, "{\"data\":{\"uuid\":\"" + Uuid + "\"" + status + "}}");

    [Theory]
    [InlineData(200, """{"data":[]}""")]
    [InlineData(200, """{"data":null}""")]
    [InlineData(404, "")]
    [InlineData(404, """{"message":"No query results"}""")]
    public void A_look_up_may_find_nothing(int status, string body) =>
        Assert.Equal(new Outcome.Found(new LookedUp(null, null)), TheProvider.Classify(LookUp, new(status, body)));

    // byOrderNumber is known from an example alone: were it ignored, the answer would be somebody else's transaction.
    [Fact]
    public void A_look_up_that_answers_other_orders_is_not_taken_for_this_one()
    {
        const string Other = """{"uuid":"e5adcbc6-31a8-4e1b-8351-835dddc16921","order_number":"10011"}""";

        AssertFound(null, null, "{\"data\":" + Other + "}");
        AssertFound(null, null, $$"""{"data":[{{Other}}]}""");
        AssertFound(Uuid, null, $$"""{"data":[{{Other}},{"uuid":"{{Uuid}}","order_number":"1001"}]}""");
        AssertFound(Uuid, null, $$"""{"data":[{{Other}},{"uuid":"{{Uuid}}","order_number":1001}]}""");
        AssertFound(null, null, $$"""{"data":[{"uuid":"{{Uuid}}","order_number":"\ud800"}]}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"data":"80.216.223.143"}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":[7]}""")]
    [InlineData("""{"data":[null]}""")]
    [InlineData("""{"data":{"uuid":"Bearer sandbox-token","ip":"80.216.223.143"}}""")]
    [InlineData("""{"data":{"uuid":"\ud800"}}""")]
    public void A_look_up_that_answers_junk_is_tried_again(string body)
    {
        var retry = Assert.IsType<Outcome.Retry>(TheProvider.Classify(LookUp, new(200, body)));

        Assert.True(retry.MayHaveArrived, "what could not be looked up stays uncertain");
        Assert.Contains("something else than transactions", retry.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("80.216.223.143", retry.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(500)]
    public void A_look_up_that_fails_is_tried_again_and_leaves_all_uncertain(int status) =>
        Assert.Equal(
            new Outcome.Retry($"answered {status}: no", WhenAfter(status), MayHaveArrived: true),
            TheProvider.Classify(LookUp, new(status, "no"))
        );

    [Theory]
    [InlineData(201)]
    [InlineData(203)]
    [InlineData(206)]
    public void No_2xx_of_a_look_up_leaves_the_shoppers_IP_and_browser_behind(int status)
    {
        var classification = TheProvider.Classify(LookUp, new(status, Documented));

        Assert.DoesNotContain("80.216.223.143", classification.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Mozilla", classification.ToString(), StringComparison.Ordinal);
    }

    private static void AssertFound(string? reference, string? status, string body) =>
        Assert.Equal(new Outcome.Found(new LookedUp(reference, status)), TheProvider.Classify(LookUp, new(200, body)));

    private static RetryTiming WhenAfter(int status) =>
        status == 429 ? new RetryTiming.NextSlot() : new RetryTiming.Soon();
}
