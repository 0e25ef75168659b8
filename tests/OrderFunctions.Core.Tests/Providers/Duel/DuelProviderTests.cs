using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.Duel;

public sealed class DuelProviderTests
{
    private readonly DuelOptions _options = new();

    private DuelProvider Duel => new(_options);

    [Fact]
    public void Duel_is_told_at_its_documented_address() =>
        Assert.Equal(
            "https://api.duel.me/v1/orders/1001",
            Sent(Duel.Next(Samples.Event(), PriorState.Nothing)).Address(_options.BaseUrl).AbsoluteUri
        );

    [Theory]
    [InlineData("pending")]
    [InlineData("paid")]
    [InlineData("partiallyRefunded")]
    [InlineData("refunded")]
    [InlineData("cancelled")]
    public void Duel_is_told_of_an_order_in_every_state_again_and_again(string status)
    {
        var orderEvent = Samples.Event(json => json.Order()["status"] = status);

        Assert.Equal(HttpMethod.Put, Sent(Duel.Next(orderEvent, PriorState.Nothing)).Method);
        Assert.Equal(HttpMethod.Put, Sent(Duel.Next(orderEvent, ToldBefore)).Method);
    }

    [Fact]
    public void An_order_without_an_email_waits_for_one_and_is_told_without_at_last()
    {
        var orderEvent = Samples.Event(json => json.Customer().Remove("email"));

        Assert.Contains("customer.email", Waiting(Duel.Next(orderEvent, MayWait)).Reason, StringComparison.Ordinal);
        var send = Assert.IsType<Step.Send>(Duel.Next(orderEvent, PriorState.Nothing));
        Assert.Null(send.Request.Field("email"));
        Assert.True(send.IsIncomplete, "it is told again once an event has the e-mail address");
    }

    [Fact]
    public void A_cancellation_is_told_unless_Duel_can_t_know_the_order()
    {
        var bare = Samples.Event(json =>
        {
            json.Remove("attribution");
            json["order"] = Parsed("""{ "id": "1001", "status": "cancelled" }""");
        });

        Assert.Equal("0", Sent(Duel.Next(bare, MayWait)).Field("total"));
        Assert.True(Skipped(Duel.Next(bare, NeverTold)).Supersedes);
    }

    [Fact]
    public void A_pending_order_is_not_told_where_the_shop_wants_it_so()
    {
        var duel = new DuelProvider(new DuelOptions { TellPending = false });
        var pending = Samples.Event(json => json.Order()["status"] = "pending");

        Assert.Equal("not yet paid", Skipped(duel.Next(pending, PriorState.Nothing)).Reason);
        Sent(duel.Next(Samples.Event(), NeverTold));
    }

    [Fact]
    public void An_order_without_an_email_is_told_once_Duel_knows_it()
    {
        var request = Sent(Duel.Next(Samples.Event(json => json.Customer().Remove("email")), ToldBefore));

        Assert.Null(request.Field("email"));
    }

    [Fact]
    public void Duel_gets_Basic_credentials_unless_told_otherwise()
    {
        var credential = Sent(Duel.Next(Samples.Event(), PriorState.Nothing)).Credential;

        Assert.IsType<Credential.Basic>(credential);
        Assert.Equal(["duel-basic-username", "duel-basic-password"], credential.SecretNames);
        Assert.Equal(credential.SecretNames, Duel.SecretNames);
        Assert.Equal("Basic ***", credential.Masked?.ToString());
    }

    [Fact]
    public void Duel_gets_a_Bearer_token_where_the_settings_say_so()
    {
        _options.Authentication = DuelAuthentication.Bearer;

        var credential = Sent(Duel.Next(Samples.Event(), PriorState.Nothing)).Credential;

        Assert.IsType<Credential.Bearer>(credential);
        Assert.Equal(["duel-bearer-token"], credential.SecretNames);
        Assert.Equal(credential.SecretNames, Duel.SecretNames);
        Assert.Equal("Bearer ***", credential.Masked?.ToString());
    }

    [Fact]
    public void Duel_is_tried_6_times_5_minutes_apart_and_never_quickly_again()
    {
        Assert.Equal(6, Duel.MostAttempts);
        Assert.Equal(0, Duel.QuickRetries);
        Assert.Equal(Enumerable.Repeat(TimeSpan.FromMinutes(5), 5), Duel.RetryDelays);
    }

    [Fact]
    public void Duel_gets_at_most_1500_requests_a_minute() => Assert.Equal(1500, Duel.RequestsPerMinute);

    [Fact]
    public void Settings_within_Duels_limits_are_no_problem()
    {
        Assert.Empty(Duel.SettingsProblems());

        _options.RequestsPerMinute = 1500;
        _options.RetryDelays = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)];

        Assert.Empty(Duel.SettingsProblems());
    }

    [Fact]
    public void More_than_1500_requests_a_minute_are_a_problem()
    {
        _options.RequestsPerMinute = 1501;

        var problem = Assert.Single(Duel.SettingsProblems());
        Assert.Contains("Providers__Duel__RequestsPerMinute", problem, StringComparison.Ordinal);
        Assert.Contains("1501", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sixth_retry_is_a_problem()
    {
        _options.RetryDelays = [.. Enumerable.Repeat(TimeSpan.FromMinutes(5), 6)];

        Assert.Contains(
            "Providers__Duel__RetryDelays",
            Assert.Single(Duel.SettingsProblems()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_retry_after_4_minutes_is_a_problem()
    {
        _options.RetryDelays = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(4)];

        Assert.Contains(
            "Providers__Duel__RetryDelays",
            Assert.Single(Duel.SettingsProblems()),
            StringComparison.Ordinal
        );
    }
}
