using OrderFunctions.Delivery;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Katalys;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class DeliveryCountersTests
{
    private const string Provider = "katalys";
    private readonly ManualTime _time = new();
    private readonly DeliveryCounters _counters;

    public DeliveryCountersTests() =>
        _counters = new DeliveryCounters(
            new ProviderCatalog([new KatalysProvider(new KatalysOptions { SiteId = "store.example.com" })]),
            _time
        );

    [Fact]
    public void Each_outcome_is_counted_in_its_minute_and_in_the_hour()
    {
        _counters.Ended(Provider, new Outcome.Delivered(), isRetried: false);
        _counters.Ended(Provider, new Outcome.Skipped("nothing new"), isRetried: false);
        _time.Advance(TimeSpan.FromMinutes(1));
        _counters.Ended(Provider, new Outcome.Delivered(), isRetried: false);
        _counters.Ended(Provider, new Outcome.Retry("503", new RetryTiming.NextSlot()), isRetried: true);
        _counters.Parked(Provider);

        var (together, each) = _counters.LastHour(Provider);

        Assert.Equal((2, 1, 1, 1), (together.Delivered, together.Skipped, together.Retried, together.Parked));
        Assert.Equal(
            [(_time.GetUtcNow().AddMinutes(-1), 1, 1, 0, 0), (_time.GetUtcNow(), 1, 0, 1, 1)],
            each.Select(minute => (minute.At, minute.Delivered, minute.Skipped, minute.Retried, minute.Parked))
        );
        Assert.Null(together.P50);
        Assert.Equal(_time.GetUtcNow().AddMinutes(-59), together.At);
    }

    [Fact]
    public void A_minute_in_which_as_many_failed_as_were_delivered_is_told_of_too()
    {
        _counters.Ended(Provider, new Outcome.Delivered(), isRetried: false);
        _counters.Ended(Provider, new Outcome.Retry("503", new RetryTiming.NextSlot()), isRetried: true);
        _time.Advance(TimeSpan.FromMinutes(1));
        _counters.Ended(Provider, new Outcome.Delivered(), isRetried: false);
        _counters.Parked(Provider);

        Assert.Equal(2, _counters.LastHour(Provider).Each.Count);
    }

    [Fact]
    public void The_hour_s_percentiles_are_those_of_the_calls_of_every_minute()
    {
        _counters.Attempted(Provider, TimeSpan.Zero);
        _time.Advance(TimeSpan.FromMinutes(1));
        _counters.Attempted(Provider, TimeSpan.FromSeconds(10));

        var hour = _counters.LastHour(Provider).Together;

        Assert.Equal(TimeSpan.FromMilliseconds(1), hour.P50);
        Assert.InRange(hour.P99!.Value.TotalSeconds, 9.5, 10.5);
    }

    [Fact]
    public void How_long_calls_took_an_hour_ago_counts_no_more()
    {
        _counters.Attempted(Provider, TimeSpan.Zero);
        _time.Advance(TimeSpan.FromHours(1));
        _counters.Attempted(Provider, TimeSpan.FromSeconds(10));

        Assert.InRange(_counters.LastHour(Provider).Together.P50!.Value.TotalSeconds, 9.5, 10.5);
    }

    [Fact]
    public void What_only_waits_is_no_retry_and_what_has_none_left_is_parked_elsewhere()
    {
        _counters.Ended(Provider, new Outcome.Retry("no secret", new RetryTiming.FreeBackoff()), isRetried: true);
        _counters.Ended(Provider, new Outcome.Retry("503", new RetryTiming.NextSlot()), isRetried: false);
        _counters.Ended(Provider, new Outcome.Rejected("400"), isRetried: false);

        Assert.Empty(_counters.LastHour(Provider).Each);
    }

    [Fact]
    public void A_minute_leaves_after_an_hour_and_the_last_one_counts_to_its_end()
    {
        _counters.Ended(Provider, new Outcome.Delivered(), isRetried: false);
        _time.Advance(TimeSpan.FromMinutes(59));
        _counters.Ended(Provider, new Outcome.Delivered(), isRetried: false);
        Assert.Equal(2, _counters.LastHour(Provider).Together.Delivered);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _counters.LastHour(Provider).Together.Delivered);
        _counters.Ended(Provider, new Outcome.Delivered(), isRetried: false);

        Assert.Equal(2, _counters.LastHour(Provider).Together.Delivered);
        _time.Advance(TimeSpan.FromHours(5));
        Assert.Empty(_counters.LastHour(Provider).Each);
    }

    [Fact]
    public void The_calls_of_the_last_sixty_seconds_are_counted_by_the_second()
    {
        for (var i = 0; i < 90; i++)
        {
            _counters.Attempted(Provider, TimeSpan.FromMilliseconds(5));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(59, _counters.CallsInLastMinute(Provider));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, _counters.CallsInLastMinute(Provider));
    }

    [Fact]
    public void Calls_of_the_same_second_and_of_this_very_one_are_counted()
    {
        _counters.Attempted(Provider, TimeSpan.Zero);
        _counters.Attempted(Provider, TimeSpan.Zero);
        _counters.Attempted(Provider, TimeSpan.Zero);

        Assert.Equal(3, _counters.CallsInLastMinute(Provider));
    }

    [Fact]
    public void However_much_is_counted_for_however_long_no_memory_is_taken_for_it()
    {
        Count(days: 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Count(days: 5);
        var perCount = (GC.GetAllocatedBytesForCurrentThread() - before) / (5.0 * 24 * 60 * 3);

        // A delegate each, which is gone at once.
        Assert.True(perCount < 200, $"{perCount} bytes for each count");
        Assert.InRange(_counters.LastHour(Provider).Each.Count, 59, 60);

        void Count(int days)
        {
            for (var minute = 0; minute < days * 24 * 60; minute++)
            {
                _counters.Attempted(Provider, TimeSpan.FromMilliseconds(minute));
                _counters.Ended(Provider, new Outcome.Delivered(), isRetried: false);
                _counters.Parked("a provider that there is not");
                _time.Advance(TimeSpan.FromMinutes(1));
            }
        }
    }

    [Fact]
    public void A_percentile_is_off_by_less_than_five_in_a_hundred()
    {
        var random = new Random(1);
        foreach (var most in new[] { 10.0, 300, 5_000, 60_000, 400_000 })
        {
            var histogram = new DurationHistogram();
            var durations = Enumerable.Range(0, 1000).Select(_ => 1 + (random.NextDouble() * most)).Order().ToList();
            foreach (var duration in durations)
            {
                histogram.Add(TimeSpan.FromMilliseconds(duration));
            }

            foreach (var share in new[] { 0.01, 0.5, 0.99, 1 })
            {
                var exact = durations[(int)Math.Ceiling(share * durations.Count) - 1];
                var told = histogram.Percentile(share)!.Value.TotalMilliseconds;
                Assert.True(Math.Abs(told - exact) <= 0.05 * exact, $"p{share * 100} is {exact} ms, told was {told}");
            }
        }
    }

    [Fact]
    public void The_shortest_and_the_longest_have_a_place_too()
    {
        var histogram = new DurationHistogram();
        Assert.Null(histogram.Percentile(0.5));
        histogram.Add(TimeSpan.Zero);
        Assert.Equal(1, histogram.Percentile(0.5)!.Value.TotalMilliseconds);
        histogram.Add(TimeSpan.FromDays(1));
        Assert.True(histogram.Percentile(1) > TimeSpan.FromMinutes(8));
    }
}
