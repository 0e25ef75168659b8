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
    public void An_order_without_an_email_is_skipped_while_Duel_does_not_know_it()
    {
        var skip = Skipped(Duel.Next(Samples.Event(json => json.Customer().Remove("email")), PriorState.Nothing));

        Assert.Contains("customer.email", skip.Reason, StringComparison.Ordinal);
        Assert.False(skip.Supersedes, "an older event with an e-mail is still worth telling");
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
