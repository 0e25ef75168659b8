using OrderFunctions.Bus;
using OrderFunctions.Delivery;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset FailedAt = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(10),
    ];

    [Theory]
    [InlineData(0, 30)]
    [InlineData(1, 120)]
    [InlineData(2, 600)]
    public void Each_retry_waits_as_the_schedule_has_it(int retries, int seconds) =>
        Assert.Equal(
            new DeadLetter("Retry", "down", FailedAt.AddSeconds(seconds), retries + 1, 7),
            DeadLetterFor(new Outcome.Retry("down", After: null, IsCounted: true), retries)
        );

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void After_the_last_retry_a_delivery_is_exhausted(int retries) =>
        Assert.Equal(
            new DeadLetter("RetriesExhausted", "down", null, retries, 7),
            DeadLetterFor(new Outcome.Retry("down", After: TimeSpan.FromHours(1), IsCounted: true), retries)
        );

    [Fact]
    public void Without_a_schedule_the_first_failure_is_the_last() =>
        Assert.Equal(
            "RetriesExhausted",
            RetrySchedule.DeadLetterFor(new Outcome.Retry("down", null, IsCounted: true), [], 0, 1, FailedAt).Reason
        );

    [Theory]
    [InlineData(0, 30)]
    [InlineData(29, 30)]
    [InlineData(30, 30)]
    [InlineData(31, 31)]
    [InlineData(3600, 3600)]
    public void A_longer_wait_that_the_provider_asks_for_is_obeyed_and_a_shorter_one_not(int asked, int waited) =>
        Assert.Equal(
            FailedAt.AddSeconds(waited),
            DeadLetterFor(new Outcome.Retry("busy", TimeSpan.FromSeconds(asked), IsCounted: true), retries: 0).RetryAt
        );

    [Theory]
    [InlineData(null, 30)]
    [InlineData(7, 7)]
    [InlineData(90, 90)]
    public void Where_no_call_was_made_no_retry_is_used_up_even_after_the_last(int? after, int waited)
    {
        var wait = after is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;

        Assert.Equal(
            new DeadLetter("Retry", "not called", FailedAt.AddSeconds(waited), 3, 7),
            DeadLetterFor(new Outcome.Retry("not called", wait, IsCounted: false), retries: 3)
        );
    }

    private static DeadLetter DeadLetterFor(Outcome.Retry retry, int retries) =>
        RetrySchedule.DeadLetterFor(retry, Delays, retries, attempts: 7, FailedAt);
}
