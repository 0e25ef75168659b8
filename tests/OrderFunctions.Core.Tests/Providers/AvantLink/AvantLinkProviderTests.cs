using OrderFunctions.Providers;
using OrderFunctions.Providers.AvantLink;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.AvantLink;

public sealed class AvantLinkProviderTests
{
    private readonly AvantLinkOptions _options = new() { MerchantId = Guid.Empty };

    private AvantLinkProvider AvantLink => new(_options);

    [Fact]
    public void A_paid_order_is_told() => Assert.Equal("create", Sent(Next("paid", PriorState.Nothing)).Purpose);

    [Fact]
    public void A_pending_order_waits_for_its_payment()
    {
        var skip = Skipped(Next("pending", PriorState.Nothing));

        Assert.Equal("not yet paid", skip.Reason);
        Assert.True(skip.Supersedes, "an older payment has been taken back");
    }

    [Theory]
    [InlineData("refunded", "refunded")]
    [InlineData("cancelled", "cancelled")]
    public void An_order_that_came_to_nothing_before_it_was_told_is_never_told(string status, string words)
    {
        var skip = Skipped(Next(status, PriorState.Nothing));

        Assert.Contains(words, skip.Reason, StringComparison.Ordinal);
        Assert.True(skip.Supersedes, "a late 'paid' must not create the order after all");
    }

    [Fact]
    public void A_partial_refund_leaves_an_order_that_was_not_told_yet_to_its_paid_event()
    {
        var skip = Skipped(Next("partiallyRefunded", PriorState.Nothing));

        Assert.Contains("partially refunded", skip.Reason, StringComparison.Ordinal);
        Assert.False(skip.Supersedes, "a late 'paid' is still worth telling");
    }

    [Fact]
    public void A_paid_order_is_told_once() =>
        Assert.Contains("already told", Skipped(Next("paid", ToldBefore)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("partiallyRefunded", "partially refunded")]
    [InlineData("refunded", "refunded")]
    [InlineData("cancelled", "cancelled")]
    public void A_change_that_its_API_has_no_words_for_is_skipped_with_the_reason(string status, string words) =>
        Assert.EndsWith(words, Skipped(Next(status, ToldBefore)).Reason, StringComparison.Ordinal);

    [Fact]
    public void An_order_without_any_tracking_id_is_not_attributable()
    {
        var skip = Skipped(
            AvantLink.Next(
                Samples.Event(json =>
                {
                    json.Attribution()["userIds"] = Parsed("""["", "  "]""");
                    json.Attribution()["visitorIds"] = Parsed("""[" "]""");
                    json.Attribution()["avantLinkToken"] = " ";
                }),
                PriorState.Nothing
            )
        );

        Assert.StartsWith("not attributable", skip.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_required_field_that_is_missing_is_named()
    {
        var skip = Skipped(
            AvantLink.Next(
                Samples.Event(json =>
                {
                    json.Attribution().Remove("pageUrl");
                    json.Attribution().Remove("userAgent");
                    json.Order().Remove("shippingAddress");
                }),
                PriorState.Nothing
            )
        );

        Assert.Contains("attribution.pageUrl", skip.Reason, StringComparison.Ordinal);
        Assert.Contains("attribution.userAgent", skip.Reason, StringComparison.Ordinal);
        Assert.Contains("order.shippingAddress.country", skip.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/thank_you")]
    [InlineData("store.example.com/thank_you")]
    public void A_page_address_that_is_not_absolute_is_as_good_as_missing(string pageUrl) =>
        Assert.Contains(
            "attribution.pageUrl",
            Skipped(
                AvantLink.Next(Samples.Event(json => json.Attribution()["pageUrl"] = pageUrl), PriorState.Nothing)
            ).Reason,
            StringComparison.Ordinal
        );

    [Fact]
    public void AvantLink_needs_no_secrets_and_has_the_usual_schedule()
    {
        Assert.Empty(AvantLink.SecretNames);
        Assert.Null(AvantLink.RequestsPerMinute);
        Assert.Equal(2, AvantLink.QuickRetries);
        Assert.Equal(
            ["00:00:30", "00:02:00", "00:10:00", "00:30:00", "02:00:00", "05:00:00", "10:00:00", "10:00:00"],
            AvantLink.RetryDelays.Select(delay => delay.ToString())
        );
    }

    [Fact]
    public void A_missing_merchant_and_an_odd_user_agent_are_problems()
    {
        Assert.Empty(AvantLink.SettingsProblems());

        _options.MerchantId = null;
        _options.UserAgent = "(";

        Assert.Collection(
            AvantLink.SettingsProblems(),
            problem => Assert.Contains("Providers__AvantLink__MerchantId", problem, StringComparison.Ordinal),
            problem => Assert.Contains("Providers__AvantLink__UserAgent", problem, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void An_empty_user_agent_is_a_problem_for_AvantLink_requires_one()
    {
        _options.UserAgent = " ";

        Assert.Contains(
            "Providers__AvantLink__UserAgent",
            Assert.Single(AvantLink.SettingsProblems()),
            StringComparison.Ordinal
        );
    }

    private Step Next(string status, PriorState known) =>
        AvantLink.Next(Samples.Event(json => json.Order()["status"] = status), known);
}
