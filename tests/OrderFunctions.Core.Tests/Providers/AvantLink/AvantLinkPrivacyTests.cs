using System.Text.Json.Nodes;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.AvantLink;

/// <summary>"Do not send Personal Information (names, emails, phone numbers) in any field" (seeds, avantlink-order-tracking).</summary>
public sealed class AvantLinkPrivacyTests
{
    // printf %s alex@example.com | sha256sum
    private const string Hash = "6db61e6dcbcf2390e4a46af426f26a133a3bee45021422fc7ae86e9136f14110";

    [Theory]
    [InlineData("alex@example.com")]
    [InlineData("Alex@Example.COM")]
    [InlineData("  ALEX@example.com ")]
    public void An_email_as_user_id_is_hashed(string email)
    {
        var request = Sent(
            Next(json =>
            {
                json.Attribution()["userIds"] = new JsonArray("u-1", email);
                json.Attribution()["visitorIds"] = new JsonArray(email);
            })
        );

        Assert.Equal($"[\"u-1\",\"{Hash}\"]", request.Field("tracking_ids/user_id"));
        Assert.Equal($"[\"{Hash}\"]", request.Field("tracking_ids/visitor_id"));
        Assert.DoesNotContain("example.com\"", request.BodyText, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("alex@example.com")]
    [InlineData("alex%40example.com")]
    [InlineData("alex%2Bshop%40example.com")]
    [InlineData("alex%2540example.com")]
    public void An_email_in_an_address_is_taken_out(string email)
    {
        var request = Sent(
            Next(json =>
            {
                json.Attribution()["pageUrl"] = $"https://store.example.com/thank_you?o=1001&email={email}&x=1";
                json.Attribution()["referrerUrl"] = $"https://store.example.com/checkout?e={email}#top";
            })
        );

        Assert.Equal("\"https://store.example.com/thank_you?o=1001&email=removed&x=1\"", request.Field("current_url"));
        Assert.Equal("\"https://store.example.com/checkout?e=removed#top\"", request.Field("referrer_url"));
        Assert.DoesNotContain("alex", request.BodyText, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("order.id")]
    [InlineData("order.discounts")]
    [InlineData("order.lines")]
    [InlineData("order.shippingAddress.country")]
    [InlineData("order.shippingAddress.region")]
    [InlineData("order.shippingAddress.state")]
    [InlineData("attribution.avantLinkToken")]
    [InlineData("attribution.userAgent")]
    [InlineData("attribution.googleClickId")]
    [InlineData("attribution.customTrackingCode")]
    public void An_email_where_it_can_be_neither_hashed_nor_cut_out_holds_the_order_back(string field)
    {
        var reject = Rejected(
            Next(json =>
            {
                var name = field.Split('.')[^1];
                JsonNode email = "order-alex@example.com";
                switch (name)
                {
                    case "discounts":
                        json.Order()["discounts"] = new JsonArray(new JsonObject { ["code"] = email, ["amount"] = 1 });
                        break;
                    case "lines":
                        json.Order()["lines"]![0]!["sku"] = email;
                        break;
                    default:
                        var parent = field.Split('.')[..^1].Aggregate((JsonNode)json, (node, part) => node[part]!);
                        parent[name] = email;
                        break;
                }
            })
        );

        Assert.Contains(field, reject.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("alex", reject.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@", reject.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pageUrl")]
    [InlineData("referrerUrl")]
    public void An_email_in_an_address_in_a_spelling_that_is_not_taken_out_holds_the_order_back(string field)
    {
        var reject = Rejected(
            Next(json => json.Attribution()[field] = "https://store.example.com/?e=alex&#64;example.com")
        );

        Assert.Contains($"attribution.{field}.", reject.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_email_in_the_billing_address_that_stands_in_is_named_there()
    {
        var orderEvent = Samples.Event(json =>
        {
            json.Order().Remove("shippingAddress");
            json.Order()["billingAddress"] = Parsed("""{ "country": "GB", "state": "alex@example.com" }""");
        });

        Assert.Equal(["order.billingAddress.state"], AvantLinkRequest.PersonalFields(orderEvent));
    }

    [Fact]
    public void A_click_with_an_email_where_it_can_be_neither_hashed_nor_cut_out_is_not_told()
    {
        var visit = Samples.Event().Attribution! with
        {
            UserAgent = "alex@example.com",
            CustomTrackingCode = "alex%40example.com",
        };

        Assert.Equal(
            "AvantLink takes no personal information; an e-mail address stands in userAgent, customTrackingCode.",
            Rejected(AvantLink.Tell(new Click(visit))).Reason
        );
    }

    [Fact]
    public void Every_field_that_holds_an_email_is_named_at_once()
    {
        var reject = Rejected(
            Next(json =>
            {
                json.Order()["id"] = "alex@example.com";
                json.Attribution()["customTrackingCode"] = "alex%40example.com";
                json.Order()["discounts"] = Parsed(
                    """[{ "code": "a@example.com", "amount": 1 }, { "code": "b@example.com", "amount": 1 }]"""
                );
            })
        );

        Assert.Contains(
            "order.id, attribution.customTrackingCode, order.discounts.",
            reject.Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_customers_own_email_name_and_city_are_never_sent()
    {
        var body = Sent(Next(_ => { })).BodyText;

        Assert.DoesNotContain("alex@example.com", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Malmö", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("211 19", body, StringComparison.OrdinalIgnoreCase);
    }

    private static AvantLinkProvider AvantLink => new(new AvantLinkOptions { MerchantId = Guid.Empty });

    private static Step Next(Action<JsonObject> change) => AvantLink.Next(Samples.Event(change), PriorState.Nothing);
}
