using System.Text.Json.Nodes;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Retrack;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;
using static OrderFunctions.Core.Tests.Providers.Retrack.RetrackCase;

namespace OrderFunctions.Core.Tests.Providers.Retrack;

public sealed class RetrackProviderTests
{
    private const string Transactions = "api/v2/transactions";

    [Theory]
    [InlineData("pending")]
    [InlineData("paid")]
    [InlineData("partiallyRefunded")]
    public void An_order_with_a_click_is_created(string status)
    {
        var request = Sent(Next(NeverTold, status));

        Assert.Equal(("create", Transactions), (request.Purpose, request.Path));
    }

    [Fact]
    public void An_order_without_a_click_is_not_attributable()
    {
        var skip = Skipped(Next(PriorState.Nothing, json => json.Attribution().Remove("retrackClick")));

        Assert.StartsWith("not attributable", skip.Reason, StringComparison.Ordinal);
        Assert.False(skip.Supersedes);
    }

    [Theory]
    [InlineData("38315327")]
    [InlineData("{59d08c54-18e6-4e0d-9c06-d18be3510e43}")]
    [InlineData("59d08c5418e64e0d9c06d18be3510e43")]
    public void A_click_that_is_no_UUID_is_not_attributable(string click)
    {
        var skip = Skipped(Next(PriorState.Nothing, json => json.Attribution()["retrackClick"] = click));

        Assert.StartsWith("not attributable", skip.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(click, skip.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public void An_order_that_came_to_nothing_before_it_was_told_is_never_created(string status)
    {
        Assert.True(Skipped(Next(NeverTold, status)).Supersedes, "a late 'paid' must not create it after all");
        Assert.True(Skipped(Next(FoundNothing, status)).Supersedes, "a late 'paid' must not create it after all");
    }

    [Theory]
    [InlineData("partiallyRefunded")]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public void What_became_of_an_order_that_never_came_to_us_is_looked_up_first(string status) =>
        Assert.Equal("look-up", Sent(Next(PriorState.Nothing, status)).Purpose);

    [Fact]
    public void Where_nobody_has_said_where_the_order_came_from_it_waits_and_is_looked_up_and_skipped_at_last()
    {
        static void Bare(JsonObject json) => json.Remove("attribution");

        Assert.Contains("attribution", Waiting(Next(MayWait, Bare)).Reason, StringComparison.Ordinal);
        Assert.Equal("look-up", Sent(Next(PriorState.Nothing, Bare)).Purpose);
        var skip = Skipped(Next(FoundNothing, Bare));
        Assert.StartsWith("not attributable: no event has said", skip.Reason, StringComparison.Ordinal);
        Assert.True(skip.IsIncomplete, "it is told if an event says so later");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_known_or_uncertain_transaction_is_looked_up_first(bool isKnown, bool isUncertain)
    {
        var known = new PriorState(isKnown, isKnown ? Uuid : null, isUncertain);

        foreach (var status in new[] { "paid", "partiallyRefunded", "refunded", "cancelled" })
        {
            var request = Sent(Next(known, status));

            Assert.Equal(("look-up", HttpMethod.Get), (request.Purpose, request.Method));
            Assert.Equal($"{Transactions}?byOrderNumber=1001", request.Path);
            Assert.Null(request.Body);
        }
    }

    [Fact]
    public void The_order_number_of_a_look_up_is_escaped()
    {
        var request = Sent(Next(new PriorState(true, Uuid, false), json => json.Order()["id"] = "A/1&b=ö #"));

        Assert.Equal($"{Transactions}?byOrderNumber=A%2F1%26b%3D%C3%B6%20%23", request.Path);
    }

    [Fact]
    public void An_uncertain_order_without_a_click_is_looked_up_and_then_skipped()
    {
        var skip = Skipped(Next(FoundNothing, json => json.Attribution().Remove("retrackClick")));

        Assert.StartsWith("not attributable", skip.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_that_a_look_up_did_not_find_is_created() =>
        Assert.Equal("create", Sent(Next(FoundNothing)).Purpose);

    [Theory]
    [InlineData("pending")]
    [InlineData("on hold")]
    [InlineData(null)]
    public void A_transaction_that_was_found_is_updated_with_the_whole_input(string? status)
    {
        var request = Sent(Next(Found(status)));

        Assert.Equal(("update", HttpMethod.Post), (request.Purpose, request.Method));
        Assert.Equal($"{Transactions}/{Uuid}", request.Path);
        Assert.Equal(Sent(Next(PriorState.Nothing)).BodyText, request.BodyText);
    }

    [Fact]
    public void A_transaction_that_the_look_up_missed_is_updated_by_the_uuid_on_record()
    {
        var known = FoundNothing with { Delivered = true, Reference = Uuid };

        Assert.Equal($"{Transactions}/{Uuid}", Sent(Next(known)).Path);
    }

    [Fact]
    public void An_update_without_a_click_leaves_the_click_out()
    {
        var request = Sent(Next(Found("pending"), json => json.Attribution().Remove("retrackClick")));

        Assert.Equal("update", request.Purpose);
        Assert.Null(request.Field("click"));
    }

    [Theory]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public void A_cancelled_or_refunded_order_is_rejected_at_Retrack(string status)
    {
        var request = Sent(Next(Found("pending"), status));

        Assert.Equal(("reject", HttpMethod.Post), (request.Purpose, request.Method));
        Assert.Equal($"{Transactions}/{Uuid}", request.Path);
        AssertBody("""{ "status": "rejected" }""", request);
    }

    [Theory]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public void A_transaction_that_is_rejected_already_is_finished(string status) =>
        Assert.Equal(new Outcome.Delivered(Uuid), Next(Found("rejected"), status));

    [Theory]
    [InlineData("partiallyRefunded")]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public void An_approved_transaction_can_not_be_changed_and_needs_a_person(string status)
    {
        var reject = Assert.IsType<Outcome.Rejected>(Next(Found("approved"), status));

        Assert.Contains("approved", reject.Reason, StringComparison.Ordinal);
        Assert.Contains(Uuid, reject.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejected_transaction_whose_order_lives_needs_a_person()
    {
        var reject = Assert.IsType<Outcome.Rejected>(Next(Found("rejected"), "paid"));

        Assert.Contains("rejected", reject.Reason, StringComparison.Ordinal);
        Assert.Contains(Uuid, reject.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pending", false, false, true)]
    [InlineData("paid", false, false, true)]
    [InlineData("paid", true, false, false)]
    [InlineData("paid", false, true, false)]
    [InlineData("partiallyRefunded", false, false, false)]
    public void An_approved_transaction_is_our_own_create_only_where_nothing_else_can_have_made_it(
        string status,
        bool isDelivered,
        bool isOtherUnderWay,
        bool isOurs
    )
    {
        var known = Found("Approved") with { Delivered = isDelivered, OtherUnderWay = isOtherUnderWay };

        var step = Next(known, status);

        Assert.Equal(isOurs ? new Outcome.Delivered(Uuid) : null, step as Outcome.Delivered);
        Assert.Equal(!isOurs, step is Outcome.Rejected);
    }

    [Fact]
    public void Where_pending_orders_are_not_told_one_is_told_when_it_is_paid()
    {
        var provider = new RetrackProvider(new RetrackOptions { EventId = Options.EventId, TellPending = false });

        var skip = Skipped(provider.Next(Event("pending"), PriorState.Nothing));
        Assert.Equal(("not yet paid", true), (skip.Reason, skip.Supersedes));
        Assert.Equal("create", Sent(provider.Next(Event("paid"), PriorState.Nothing)).Purpose);

        static OrderEvent Event(string status) => Samples.Event(json => json.Order()["status"] = status);
    }

    [Theory]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public void A_void_order_does_not_wait_for_where_it_came_from(string status)
    {
        var step = Next(
            MayWait,
            json =>
            {
                json.Order()["status"] = status;
                json.Remove("attribution");
            }
        );

        Assert.Equal("look-up", Sent(step).Purpose);
    }

    [Theory]
    [InlineData("59d08c54-18e6-4e0d-9c06-d18be3510e43", "59d08c54-18e6-4e0d-9c06-d18be3510e43")]
    [InlineData("38315327", "0d3a3c2e-3ae3-4f4d-8a3c-6c7b1f7d9a10")]
    [InlineData(null, "0d3a3c2e-3ae3-4f4d-8a3c-6c7b1f7d9a10")]
    public void An_update_without_a_click_of_its_own_names_the_one_that_Retrack_knows(string? own, string named)
    {
        var known = Found("pending") with
        {
            LookedUp = new LookedUp(Uuid, "pending", "0d3a3c2e-3ae3-4f4d-8a3c-6c7b1f7d9a10"),
        };

        var request = Sent(Next(known, json => json.Attribution()["retrackClick"] = own));

        Assert.Equal($"\"{named}\"", request.Field("click"));
    }

    [Fact]
    public void What_the_look_up_says_of_the_uuid_counts_more_than_what_is_on_record()
    {
        var known = Found("pending") with { Reference = "0d3a3c2e-3ae3-4f4d-8a3c-6c7b1f7d9a10" };

        Assert.Equal($"{Transactions}/{Uuid}", Sent(Next(known)).Path);
    }

    [Fact]
    public void Retrack_has_quick_retries_and_no_limit_and_needs_its_event()
    {
        Assert.Equal(
            (2, 27, null),
            (TheProvider.QuickRetries, TheProvider.MostAttempts, TheProvider.RequestsPerMinute)
        );
        Assert.Empty(TheProvider.SettingsProblems());
        Assert.Contains(
            "Providers__Retrack__EventId",
            Assert.Single(new RetrackProvider(new RetrackOptions()).SettingsProblems()),
            StringComparison.Ordinal
        );
    }
}
