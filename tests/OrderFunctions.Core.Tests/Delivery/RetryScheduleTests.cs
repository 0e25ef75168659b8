using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Providers;
using OrderFunctions.Sending;

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
            Failed(new Outcome.Retry("down", new RetryTiming.Soon()), retries)
        );

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void After_the_last_retry_a_delivery_is_exhausted(int retries) =>
        Assert.Equal(
            new DeadLetter("RetriesExhausted", "down", null, retries, 7),
            Failed(new Outcome.Retry("down", new RetryTiming.NotBefore(FailedAt.AddHours(1))), retries)
        );

    [Fact]
    public void Without_a_schedule_the_first_failure_is_the_last() =>
        Assert.Equal(
            "RetriesExhausted",
            RetrySchedule.Failed(new Outcome.Retry("down", new RetryTiming.NextSlot()), [], 0, 1, FailedAt).Reason
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
            Failed(new Outcome.Retry("busy", new RetryTiming.NotBefore(FailedAt.AddSeconds(asked))), retries: 0).RetryAt
        );

    [Theory]
    [InlineData(0, 30, 60)]
    [InlineData(1, 60, 120)]
    [InlineData(2, 120, 240)]
    [InlineData(3, 240, 480)]
    [InlineData(4, 450, 900)]
    [InlineData(5, 450, 900)]
    [InlineData(1_000_000, 450, 900)]
    public void Where_nothing_could_be_sent_each_wait_is_about_twice_the_one_before_up_to_15_minutes(
        int waits,
        int shortest,
        int longest
    )
    {
        foreach (var (random, seconds) in new[] { (0.0, shortest), (1.0, longest) })
        {
            Assert.Equal(
                new DeadLetter("Retry", "no secret", FailedAt.AddSeconds(seconds), 3, 6) { Waits = waits + 1 },
                NotSent(new RetryTiming.FreeBackoff(), waits, random)
            );
        }
    }

    [Fact]
    public void No_wait_is_so_short_that_an_open_circuit_would_still_be_open() =>
        Assert.True(
            NotSent(new RetryTiming.FreeBackoff(), waits: 0, random: 0)!.RetryAt
                >= FailedAt + ProviderChannel.CircuitBreak
        );

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(90)]
    public void Where_it_is_known_when_something_can_be_sent_the_wait_is_just_that_and_ends_the_waits_in_a_row(
        int seconds
    ) =>
        Assert.Equal(
            new DeadLetter("Retry", "no secret", FailedAt.AddSeconds(seconds), 3, 6),
            NotSent(new RetryTiming.FreeUntil(FailedAt.AddSeconds(seconds)), waits: 2, random: 0.5)
        );

    [Fact]
    public void A_failed_call_ends_the_waits_in_a_row() =>
        Assert.Equal(0, Failed(new Outcome.Retry("down", new RetryTiming.Soon()), retries: 0).Waits);

    [Fact]
    public void What_needs_no_retry_is_no_dead_letter()
    {
        foreach (var outcome in new Outcome[] { new Outcome.Delivered("uuid"), new Outcome.Skipped("not yet paid") })
        {
            Assert.Null(
                RetrySchedule.DeadLetterOf(
                    outcome,
                    new BusMessage("id", ReadOnlyMemory<byte>.Empty),
                    Delays,
                    attempts: 1,
                    FailedAt,
                    () => 0
                )
            );
        }
    }

    private static DeadLetter Failed(Outcome.Retry retry, int retries) =>
        RetrySchedule.Failed(retry, Delays, retries, attempts: 7, FailedAt);

    private static DeadLetter? NotSent(RetryTiming when, int waits, double random) =>
        RetrySchedule.DeadLetterOf(
            new Outcome.Retry("no secret", when),
            new BusMessage("id", ReadOnlyMemory<byte>.Empty)
            {
                Retries = 3,
                Attempts = 6,
                Waits = waits,
            },
            Delays,
            attempts: 6,
            FailedAt,
            () => random
        );
}
