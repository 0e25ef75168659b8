using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.Katalys;

public sealed class KatalysProviderTests
{
    private readonly KatalysProvider _katalys = new(new KatalysOptions { SiteId = "abcdefg.com" });

    [Fact]
    public void An_order_without_an_email_waits_for_one_and_is_for_a_person_at_last()
    {
        var orderEvent = Samples.Event(json => json.Customer().Remove("email"));

        Assert.Contains("customer.email", Waiting(_katalys.Next(orderEvent, MayWait)).Reason, StringComparison.Ordinal);
        var reject = Rejected(_katalys.Next(orderEvent, PriorState.Nothing));
        Assert.Contains("no event has said it", reject.Reason, StringComparison.Ordinal);
        Assert.True(reject.IsIncomplete, "it is told once an event has the e-mail address");
    }

    [Fact]
    public void An_unpaid_order_without_an_email_is_nobodys_business_yet()
    {
        var pending = Samples.Event(json =>
        {
            json.Order()["status"] = "pending";
            json.Customer().Remove("email");
        });

        Assert.Equal(
            new Outcome.Skipped(
                "Katalys needs customer.email for an order it has not been told of; no event has said it"
            )
            {
                IsIncomplete = true,
            },
            _katalys.Next(pending, PriorState.Nothing)
        );
    }

    [Theory]
    [InlineData("paid", null, false)]
    [InlineData("paid", "email", true)]
    [InlineData("paid", "attribution", true)]
    [InlineData("refunded", null, false)]
    [InlineData("refunded", "email", false)]
    [InlineData("refunded", "attribution", false)]
    public void What_Katalys_was_told_without_is_told_once_an_event_brings_it_unless_the_order_came_to_nothing(
        string status,
        string? lacks,
        bool isIncomplete
    )
    {
        var step = _katalys.Next(
            Samples.Event(json =>
            {
                json.Order()["status"] = status;
                (lacks == "email" ? json.Customer() : json).Remove(lacks ?? "nothing");
            }),
            ToldBefore
        );

        Assert.Equal(isIncomplete, Assert.IsType<Step.Send>(step).IsIncomplete);
    }

    [Fact]
    public void A_bare_cancellation_is_its_document_s_own_example_unless_Katalys_can_t_know_the_order()
    {
        var bare = Samples.Event(json =>
        {
            json.Remove("attribution");
            json["order"] = Parsed("""{ "id": "1001", "status": "cancelled" }""");
        });

        Assert.Equal(["site_id", "order_id", "order_status"], Sent(_katalys.Next(bare, MayWait)).Fields());
        Assert.Equal(
            new Outcome.Skipped("Katalys was never told of the order, so there is nothing to cancel", Supersedes: true),
            _katalys.Next(bare, NeverTold)
        );
    }

    [Fact]
    public void Lines_that_were_told_and_are_gone_are_told_as_0()
    {
        var told = PriorState.Nothing with
        {
            Delivered = true,
            ToldLast = new ToldOrder { LineItems = 9 },
        };

        var send = Assert.IsType<Step.Send>(_katalys.Next(Samples.Event(), told));

        Assert.Equal("0", send.Request.Field("line_item_9_qty"));
        Assert.Equal(9, send.Told.LineItems);
    }

    [Fact]
    public void An_order_without_an_email_is_told_once_Katalys_has_one()
    {
        var request = Sent(_katalys.Next(Samples.Event(json => json.Customer().Remove("email")), ToldBefore));

        Assert.Null(request.Field("email_address"));
        Assert.Equal("\"paid\"", request.Field("order_status"));
    }

    [Theory]
    [InlineData("cancelled", "2025-11-24T14:02:51+01:00", false)]
    [InlineData("cancelled", "2025-11-24T14:02:52+01:00", true)]
    [InlineData("refunded", "2025-11-24T14:02:52+01:00", true)]
    [InlineData("refunded", "2025-11-24T14:02:52+02:00", false)]
    [InlineData("partiallyRefunded", "2026-12-24T00:00:00Z", false)]
    [InlineData("paid", "2026-12-24T00:00:00Z", false)]
    public void A_rejection_more_than_3_days_after_the_order_is_sent_and_noted(
        string status,
        string occurredAt,
        bool isLate
    )
    {
        var step = _katalys.Next(
            Samples.Event(json =>
            {
                json["occurredAt"] = occurredAt;
                json.Order()["status"] = status;
            }),
            ToldBefore
        );

        Assert.Equal(isLate, NoteOf(step) is not null);
        Assert.True(!isLate || NoteOf(step)!.Contains("3 days", StringComparison.Ordinal), NoteOf(step));
    }

    [Theory]
    [InlineData(204, "")]
    [InlineData(200, "")]
    [InlineData(200, "anything")]
    public void A_204_and_a_200_are_delivered(int status, string body) =>
        Assert.Equal(new Outcome.Delivered(), Classify(status, body));

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void What_may_pass_is_tried_again(int status) => Assert.IsType<Outcome.Retry>(Classify(status, "busy"));

    [Theory]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(422)]
    public void Anything_else_is_rejected_with_its_words(int status) =>
        Assert.Equal(new Outcome.Rejected($"answered {status}: hm"), Classify(status, "hm"));

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void A_refusal_is_told_apart(int status) => Assert.IsType<Outcome.CredentialRefused>(Classify(status, ""));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void A_missing_site_id_is_a_problem(string? siteId) =>
        Assert.Contains(
            "Providers__Katalys__SiteId",
            Assert.Single(new KatalysProvider(new KatalysOptions { SiteId = siteId }).SettingsProblems()),
            StringComparison.Ordinal
        );

    [Fact]
    public void Katalys_has_the_usual_schedule_and_no_secrets()
    {
        Assert.Empty(_katalys.SettingsProblems());
        Assert.Empty(_katalys.SecretNames);
        Assert.Equal((2, 27, null), (_katalys.QuickRetries, _katalys.MostAttempts, _katalys.RequestsPerMinute));
    }

    private Outcome Classify(int status, string body) =>
        _katalys.Classify(Sent(_katalys.Next(Samples.Event(), PriorState.Nothing)), new ProviderResponse(status, body));
}
