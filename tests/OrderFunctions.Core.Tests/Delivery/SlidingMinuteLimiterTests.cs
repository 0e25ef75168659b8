using System.Threading.RateLimiting;
using OrderFunctions.Delivery;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Delivery;

public sealed class SlidingMinuteLimiterTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // A timer may round its wait up to whole milliseconds.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(10);

    private readonly ManualTime _time = new();

    // A call arrives somewhere between its start and its end: the worst is checked, which lets every call arrive where
    // it crowds a window most. A window [t, t + 60 s) holds a call that runs at any moment of it.
    [Theory]
    [InlineData(1, 1, 200)]
    [InlineData(2, 7, 500)]
    [InlineData(3, 50, 4000)]
    public void No_minute_holds_more_arrivals_than_the_limit_wherever_it_begins(int seed, int permits, int calls)
    {
        var random = new Random(seed);
        using var limiter = new SlidingMinuteLimiter(permits, _time);
        var running = new PriorityQueue<(RateLimitLease Lease, DateTimeOffset Start), DateTimeOffset>();
        var done = new List<(DateTimeOffset Start, DateTimeOffset End)>();
        var turnedAway = 0;
        while (done.Count + running.Count < calls)
        {
            var lease = limiter.AttemptAcquire();
            if (lease.IsAcquired)
            {
                var end = _time.GetUtcNow() + TimeSpan.FromMilliseconds(random.Next(1, 30_000));
                running.Enqueue((lease, _time.GetUtcNow()), end);
            }
            else
            {
                turnedAway++;
                lease.Dispose();
            }

            var next = _time.GetUtcNow() + TimeSpan.FromMilliseconds(random.Next(0, 60_000 / permits));
            while (running.TryPeek(out var call, out var end) && end <= next)
            {
                _time.AdvanceTo(end);
                call.Lease.Dispose();
                done.Add((call.Start, end));
                running.Dequeue();
            }

            _time.AdvanceTo(next);
        }

        Assert.True(turnedAway > calls / 20, $"the limit was hardly touched: {turnedAway} of {calls} calls");
        foreach (var window in done.Select(call => call.End))
        {
            var inside = done.Count(call => call.Start < window + Minute && call.End >= window);
            Assert.True(inside <= permits, $"seed {seed}: {inside} calls may arrive in the minute from {window:O}");
        }
    }

    [Fact]
    public void A_permit_comes_back_a_minute_after_its_call_has_ended_and_not_before()
    {
        using var limiter = new SlidingMinuteLimiter(1, _time);
        var lease = limiter.AttemptAcquire();
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.False(Tried(limiter), "the call is still running");

        lease.Dispose();
        _time.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.False(Tried(limiter), "the minute after the call's end is not over");

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(Tried(limiter), "the minute after the call's end is over");
    }

    [Fact]
    public void A_lease_given_back_twice_counts_once()
    {
        using var limiter = new SlidingMinuteLimiter(2, _time);
        var first = limiter.AttemptAcquire();
        var second = limiter.AttemptAcquire();
        first.Dispose();
        first.Dispose();
        _time.Advance(Minute);

        Assert.True(Tried(limiter), "the first permit is back");
        Assert.False(Tried(limiter), "the second is still at its call");
        second.Dispose();
    }

    [Fact]
    public void A_refusal_says_when_the_next_permit_comes_back()
    {
        using var limiter = new SlidingMinuteLimiter(1, _time);
        limiter.AttemptAcquire().Dispose();
        _time.Advance(TimeSpan.FromSeconds(20));

        using var refused = limiter.AttemptAcquire();

        Assert.False(refused.IsAcquired);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var after));
        Assert.Equal(TimeSpan.FromSeconds(40), after);
        Assert.Contains(MetadataName.RetryAfter.Name, refused.MetadataNames);
    }

    [Fact]
    public void A_lease_that_was_acquired_has_no_retry_after()
    {
        using var limiter = new SlidingMinuteLimiter(1, _time);
        using var lease = limiter.AttemptAcquire();

        Assert.True(lease.IsAcquired);
        Assert.False(lease.TryGetMetadata(MetadataName.RetryAfter, out _));
        Assert.Empty(lease.MetadataNames);
    }

    [Fact]
    public async Task A_call_waits_for_a_permit_that_comes_back_within_its_patience()
    {
        using var limiter = new SlidingMinuteLimiter(1, _time);
        limiter.AttemptAcquire().Dispose();
        _time.Advance(TimeSpan.FromSeconds(57));
        var waiting = limiter.AcquireAsync().AsTask();
        Assert.False(waiting.IsCompleted, "no permit is free yet");

        _time.Advance(TimeSpan.FromSeconds(3) + Slack);

        using var lease = await Soon(waiting);
        Assert.True(lease.IsAcquired);
    }

    [Fact]
    public async Task Who_comes_first_is_served_first()
    {
        var start = _time.GetUtcNow();
        using var limiter = new SlidingMinuteLimiter(3, _time);
        for (var i = 0; i < 3; i++)
        {
            limiter.AttemptAcquire().Dispose();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(55));
        var waiting = Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync().AsTask()).ToList();
        for (var served = 0; served < 3; served++)
        {
            Assert.All(waiting.Skip(served), later => Assert.False(later.IsCompleted, "overtook an earlier one"));
            var due = start + Minute + TimeSpan.FromSeconds(served) + Slack;
            await TimerSetFor(due);
            _time.AdvanceTo(due);
            using var lease = await Soon(waiting[served]);
            Assert.True(lease.IsAcquired, $"number {served} in the queue");
        }
    }

    [Fact]
    public async Task When_patience_runs_out_all_who_wait_are_told_when_to_come_again()
    {
        using var limiter = new SlidingMinuteLimiter(1, _time);
        limiter.AttemptAcquire().Dispose();
        _time.Advance(TimeSpan.FromSeconds(10));
        var waiting = Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync().AsTask()).ToList();

        _time.Advance(SlidingMinuteLimiter.LongestWait);

        foreach (var task in waiting)
        {
            using var lease = await Soon(task);
            Assert.False(lease.IsAcquired);
            Assert.True(lease.TryGetMetadata(MetadataName.RetryAfter, out var after));
            Assert.InRange(after, TimeSpan.FromSeconds(45), Minute);
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_takes_no_permit_and_hinders_no_other()
    {
        using var limiter = new SlidingMinuteLimiter(1, _time);
        limiter.AttemptAcquire().Dispose();
        _time.Advance(TimeSpan.FromSeconds(58));
        using var givingUp = new CancellationTokenSource();
        var first = limiter.AcquireAsync(1, givingUp.Token).AsTask();
        var second = limiter.AcquireAsync().AsTask();

        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(first));
        var due = _time.GetUtcNow() + TimeSpan.FromSeconds(2) + Slack;
        await TimerSetFor(due);
        _time.AdvanceTo(due);

        using var lease = await Soon(second);
        Assert.True(lease.IsAcquired);
    }

    private static bool Tried(SlidingMinuteLimiter limiter)
    {
        var lease = limiter.AttemptAcquire();
        return lease.IsAcquired;
    }

    // A continuation may hop to the pool before it sets its timer.
    private async Task TimerSetFor(DateTimeOffset due)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(_time.NextTimer <= due))
        {
            Assert.False(patience.IsCancellationRequested, $"nobody waits for {due:O}");
            await Task.Yield();
        }
    }

    private static Task<RateLimitLease> Soon(Task<RateLimitLease> task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
