using OrderFunctions.Ledger;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Sending.Limits;

public sealed class SlidingMinuteLimiterTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // A timer may round its wait up to whole milliseconds.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(10);

    private readonly ManualTime _time = new();
    private readonly SimulatedState _store = new();

    [Fact]
    public async Task A_permit_comes_back_a_minute_after_its_call_has_ended_and_not_before()
    {
        using var limiter = Limiter(1);
        var permit = await limiter.TryAcquireAsync(default);
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Null(await limiter.TryAcquireAsync(default));

        permit!.Dispose();
        _time.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.Null(await limiter.TryAcquireAsync(default));

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(await limiter.TryAcquireAsync(default));
    }

    [Fact]
    public async Task A_permit_given_back_is_free_at_once_and_only_once()
    {
        using var limiter = Limiter(2);
        var first = (await limiter.TryAcquireAsync(default))!;
        Assert.NotNull(await limiter.TryAcquireAsync(default));

        first.GiveBack();
        first.GiveBack();
        first.Dispose();

        Assert.NotNull(await limiter.TryAcquireAsync(default));
        Assert.Null(await limiter.TryAcquireAsync(default));
    }

    [Fact]
    public async Task A_permit_disposed_twice_counts_once()
    {
        using var limiter = Limiter(2);
        var first = (await limiter.TryAcquireAsync(default))!;
        Assert.NotNull(await limiter.TryAcquireAsync(default));
        first.Dispose();
        first.Dispose();
        _time.Advance(Minute);

        Assert.NotNull(await limiter.TryAcquireAsync(default));
        Assert.Null(await limiter.TryAcquireAsync(default));
    }

    [Fact]
    public async Task A_call_waits_for_a_permit_that_comes_back_within_its_patience()
    {
        using var limiter = Limiter(1);
        await CallAsync(limiter);
        _time.Advance(TimeSpan.FromSeconds(57));
        var waiting = limiter.AcquireAsync(default);
        Assert.False(waiting.IsCompleted, "no permit is free yet");

        _time.Advance(TimeSpan.FromSeconds(3) + Slack);

        Assert.NotNull((await Soon(waiting)).Permit);
    }

    [Fact]
    public async Task Who_comes_first_is_served_first()
    {
        var start = _time.GetUtcNow();
        using var limiter = Limiter(3);
        for (var i = 0; i < 3; i++)
        {
            await CallAsync(limiter);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(55));
        var waiting = Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(default)).ToList();
        for (var served = 0; served < 3; served++)
        {
            Assert.All(waiting.Skip(served), later => Assert.False(later.IsCompleted, "overtook an earlier one"));
            var due = start + Minute + TimeSpan.FromSeconds(served) + Slack;
            await TimerSetFor(due);
            _time.AdvanceTo(due);
            Assert.True((await Soon(waiting[served])).Permit is not null, $"number {served} in the queue");
        }
    }

    [Fact]
    public async Task When_patience_runs_out_all_who_wait_are_told_when_to_come_again()
    {
        using var limiter = Limiter(1);
        await CallAsync(limiter);
        _time.Advance(TimeSpan.FromSeconds(10));
        var waiting = Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(default)).ToList();

        _time.Advance(SlidingMinuteLimiter.LongestWait);

        foreach (var task in waiting)
        {
            var (permit, wait) = await Soon(task);
            Assert.Null(permit);
            Assert.Equal(TimeSpan.FromSeconds(45), wait);
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_takes_no_permit_and_hinders_no_other()
    {
        using var limiter = Limiter(1);
        await CallAsync(limiter);
        _time.Advance(TimeSpan.FromSeconds(58));
        using var givingUp = new CancellationTokenSource();
        var first = limiter.AcquireAsync(givingUp.Token);
        var second = limiter.AcquireAsync(default);

        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Soon(first));
        var due = _time.GetUtcNow() + TimeSpan.FromSeconds(2) + Slack;
        await TimerSetFor(due);
        _time.AdvanceTo(due);

        Assert.NotNull((await Soon(second)).Permit);
    }

    [Fact]
    public async Task Without_the_store_no_call_is_made_not_even_with_states_that_were_taken()
    {
        using var limiter = Limiter(100);
        for (var call = 0; call < 20; call++)
        {
            await CallAsync(limiter);
        }

        _store.IsDown = true;
        var saves = _store.Saves;
        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(async () =>
        {
            while (true)
            {
                await CallAsync(limiter);
            }
        });
        Assert.Equal(("The ledger can't be had.", saves), (error.Message, _store.Saves));
        _time.Advance(PermitShare.Validity);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => limiter.AcquireAsync(default));

        _store.IsDown = false;
        await CallAsync(limiter);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_not_taken_for_a_limit_that_is_reached()
    {
        using var limiter = Limiter(100);
        _store.Answers = new TaskCompletionSource();
        var waiting = Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync(default)).ToList();

        _time.Advance(SlidingMinuteLimiter.LongestWait);

        foreach (var task in waiting)
        {
            var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() => Soon(task));
            Assert.Equal("The ledger gave no permits within 5 seconds.", error.Message);
        }

        _store.Answers.SetResult();
        await CallAsync(limiter);
    }

    [Fact]
    public async Task An_instance_alone_saves_over_its_own_record_and_reads_it_once_another_has_come()
    {
        using var first = Limiter(100);
        using var second = Limiter(100);
        await CallAsync(first);
        await CallAsync(first);
        Assert.Equal((1, 2), (_store.Reads, _store.Saves));

        await CallAsync(second);
        _time.Advance(PermitShare.Validity);
        await CallAsync(first);

        // The third save was the other's, the fourth was refused.
        Assert.Equal((3, 5), (_store.Reads, _store.Saves));
        _time.Advance(PermitShare.Validity);
        await CallAsync(first);
        Assert.Equal((4, 6), (_store.Reads, _store.Saves));
    }

    private SlidingMinuteLimiter Limiter(int limit) =>
        new("duel", limit, SimulatedInstances.LongestCall, _store, _time);

    private static async Task CallAsync(SlidingMinuteLimiter limiter)
    {
        var (permit, _) = await Soon(limiter.AcquireAsync(default));
        Assert.NotNull(permit);
        permit.Dispose();
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

    private static Task<T> Soon<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
