using OrderFunctions.Orders;
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
    public void A_paid_order_is_told()
    {
        var step = Next("paid", PriorState.Nothing);

        Assert.Equal(("create", null), (Sent(step).Purpose, NoteOf(step)));
    }

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
    public void A_partial_refund_as_the_first_word_is_told_with_what_is_left()
    {
        var send = Assert.IsType<Step.Send>(
            AvantLink.Next(
                Samples.Event(json =>
                {
                    json.Order()["status"] = "partiallyRefunded";
                    json.Order()["total"] = 65;
                    json.Order()["tax"] = 15;
                    json.Order()["shipping"] = 0;
                    json.Order()["shippingTax"] = 0;
                }),
                PriorState.Nothing
            )
        );

        Assert.Equal("50.00", send.Request.Field("order/order_amount_subtotal"));
        Assert.Equal(50, send.Told.Goods!.Amount);
    }

    [Fact]
    public void A_cancellation_after_a_request_that_may_have_arrived_is_for_a_person()
    {
        var prior = PriorState.Nothing with { MayHaveArrived = true, OtherUnderWay = true };

        Assert.StartsWith(
            "AvantLink may have the order",
            Rejected(Next("cancelled", prior)).Reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Where_nobody_has_said_where_the_order_came_from_it_waits_and_is_skipped_at_last()
    {
        var bare = Samples.Event(json => json.Remove("attribution"));

        Assert.Contains("attribution", Waiting(AvantLink.Next(bare, MayWait)).Reason, StringComparison.Ordinal);
        var skip = Skipped(AvantLink.Next(bare, PriorState.Nothing));
        Assert.StartsWith("not attributable: no event has said", skip.Reason, StringComparison.Ordinal);
        Assert.True(skip.IsIncomplete, "it is told if an event says so later");
    }

    [Fact]
    public void A_paid_order_is_told_once() =>
        Assert.Contains("already told", Skipped(Next("paid", ToldBefore)).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("partiallyRefunded", "partially refunded")]
    [InlineData("refunded", "refunded")]
    [InlineData("cancelled", "cancelled")]
    public void A_change_that_its_API_has_no_words_for_is_listed_as_a_return(string status, string words)
    {
        var skip = Skipped(Next(status, ToldBefore));

        Assert.Equal(
            $"AvantLink has the order, and its API can't be told that it is {words}: GET /api/returns lists what came back",
            skip.Reason
        );
        Assert.Equal(status == "partiallyRefunded" ? 100 : 0, skip.Left!.Amount);
    }

    [Theory]
    [InlineData(100, 0, false)]
    [InlineData(99.99, 0, false)]
    [InlineData(100.01, 100, true)]
    public void A_paid_order_that_became_less_is_listed_as_a_return(decimal told, decimal left, bool isListed)
    {
        var prior = ToldBefore with { ToldLast = new ToldOrder { Goods = new ToldGoods("USD", told, []) } };

        var skip = Skipped(Next("paid", prior));

        Assert.Equal((isListed, left), (skip.Left is not null, skip.Left?.Amount ?? 0));
        Assert.Equal(isListed, skip.Reason.Contains("less is left of it", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refund_that_was_taken_back_is_no_return_any_more()
    {
        var told = new ToldGoods("USD", 100, []);
        var prior = ToldBefore with
        {
            ToldLast = new ToldOrder { Goods = told },
            Left = new ToldGoods("USD", 40, []),
        };

        Assert.Equal(told, Skipped(Next("paid", prior)).Left);
    }

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
        var reject = Rejected(
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

        Assert.StartsWith(
            "AvantLink needs attribution.pageUrl (an absolute URL), attribution.userAgent, order.shippingAddress.country.",
            reject.Reason,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("/thank_you")]
    [InlineData("store.example.com/thank_you")]
    public void A_page_address_that_is_not_absolute_is_as_good_as_missing(string pageUrl) =>
        Assert.Contains(
            "attribution.pageUrl",
            Rejected(
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
