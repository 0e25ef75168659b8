using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.AvantLink;

/// <summary>Seeds, avantlink-order-tracking, Example Response.</summary>
public sealed class AvantLinkResponseTests
{
    [Theory]
    [InlineData("{ \"success\": true }")]
    [InlineData("{\n\"success\": true,\n\"more\": [1]\n}")]
    public void The_documented_success_is_delivered(string body) =>
        Assert.Equal(new Outcome.Delivered(), Classify(200, body));

    [Fact]
    public void The_documented_error_is_rejected_with_AvantLinks_words()
    {
        const string Body = """
            {
            "error": "You must provide at least one tracking id in order to generate a episode_id.",
            "error_key": "client.model.merchants_tracking.tracking_ids.blank",
            "exception": "InvalidArgumentException"
            }
            """;

        var rejected = Assert.IsType<Outcome.Rejected>(Classify(400, Body));

        Assert.StartsWith("answered 400", rejected.Reason, StringComparison.Ordinal);
        Assert.Contains(
            "client.model.merchants_tracking.tracking_ids.blank",
            rejected.Reason,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"success":false,"error":"no such merchant"}""")]
    [InlineData("""{"success":"true"}""")]
    [InlineData("""{"success":1}""")]
    [InlineData("""[{"success":true}]""")]
    [InlineData("{}")]
    [InlineData("true")]
    [InlineData("<html><body>Welcome</body></html>")]
    [InlineData("")]
    public void A_200_that_does_not_say_success_is_rejected_with_its_words(string body)
    {
        var rejected = Assert.IsType<Outcome.Rejected>(Classify(200, body));

        Assert.Contains("200", rejected.Reason, StringComparison.Ordinal);
        Assert.Contains(body, rejected.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void What_may_pass_is_tried_again(int status) => Assert.IsType<Outcome.Retry>(Classify(status, "busy"));

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void A_refusal_is_told_apart(int status) => Assert.IsType<Outcome.CredentialRefused>(Classify(status, ""));

    [Theory]
    [InlineData(302)]
    [InlineData(404)]
    [InlineData(422)]
    public void Anything_else_is_rejected(int status) => Assert.IsType<Outcome.Rejected>(Classify(status, ""));

    private static Outcome Classify(int status, string body)
    {
        var avantLink = new AvantLinkProvider(new AvantLinkOptions { MerchantId = Guid.Empty });
        return avantLink.Classify(
            Sent(avantLink.Next(Samples.Event(), PriorState.Nothing)),
            new ProviderResponse(status, body)
        );
    }
}
