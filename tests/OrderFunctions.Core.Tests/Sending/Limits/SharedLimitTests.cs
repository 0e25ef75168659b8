using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Core.Tests.Sending.Limits;

/// <summary>One limit for all instances, whatever happens to them. LIMIT_RUNS sets how many courses of events are tried.</summary>
public sealed class SharedLimitTests(ITestOutputHelper output)
{
    private const int DuelsLimit = 1500;

    // A delivery function's calls at a time (host.json), half a second each: 32 a second, where Duel takes 25.
    private const int CallsAtATime = 16;

    private static readonly int Runs = EnvironmentNumber.Of("LIMIT_RUNS", 400);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OneTick = TimeSpan.FromTicks(1);

    [Fact]
    public void No_minute_holds_more_arrivals_than_the_limit_whatever_happens()
    {
        Generated.Check(
            CourseOfEvents.Any,
            Runs,
            course =>
            {
                using var instances = course.Run();
                return instances.Worst().Calls <= course.Limit;
            },
            course => $"{course}"
        );
    }

    [Fact]
    public void One_busy_instance_of_forty_gets_nearly_all()
    {
        using var instances = new SimulatedInstances(DuelsLimit, 40);
        var traffic = new Traffic(instances, seed: 1);
        traffic.KeepBusy(0, CallsAtATime);
        for (var idle = 1; idle < instances.Count; idle++)
        {
            // Most of its calls find the limit reached and try again.
            traffic.CallEvery(idle, Minute);
        }

        AssertUsesUpNearlyAll(instances, traffic, mostReads: 1200, mostSaves: 120);
    }

    // What docs/decisions/0003-our-own-rate-limiter.md says of the store's load.
    [Theory]
    [InlineData(1, 1, 20)]
    [InlineData(2, 80, 40)]
    [InlineData(40, 1400, 600)]
    public void Busy_instances_together_get_nearly_all(int count, int mostReads, int mostSaves)
    {
        using var instances = new SimulatedInstances(DuelsLimit, count);
        var traffic = new Traffic(instances, seed: 2);
        for (var instance = 0; instance < count; instance++)
        {
            instances.Skew(instance, (instance % 2 == 0 ? -1 : 1) * PermitShare.ClockTolerance / 2);
            traffic.KeepBusy(instance, count == 40 ? CallsAtATime / 4 : CallsAtATime);
        }

        AssertUsesUpNearlyAll(instances, traffic, mostReads, mostSaves);
    }

    [Fact]
    public void An_instance_below_the_limit_seldom_asks()
    {
        using var instances = new SimulatedInstances(DuelsLimit, 1);
        var traffic = new Traffic(instances, seed: 4);
        traffic.KeepBusy(0, CallsAtATime / 2);
        traffic.Run(2 * Minute);
        var saves = instances.Store.Saves;
        var calls = CallsIn(instances, traffic, 10 * Minute);
        output.WriteLine($"{calls} calls, {instances.Store.Saves - saves} saves in ten minutes");
        Assert.InRange(instances.Store.Saves - saves, 1, 90);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_the_busy_instance_dies_or_rests_another_soon_gets_nearly_all(bool dies)
    {
        using var instances = new SimulatedInstances(DuelsLimit, 2);
        var traffic = new Traffic(instances, seed: 3);
        traffic.KeepBusy(0, CallsAtATime);
        traffic.Run(3 * Minute);
        traffic.Stop(0);
        if (dies)
        {
            instances.Crash(0);
        }

        traffic.KeepBusy(1, CallsAtATime);
        int[] calls = [.. Enumerable.Range(0, 4).Select(_ => CallsIn(instances, traffic, Minute / 2))];
        var (next, last) = (CallsIn(instances, traffic, Minute), CallsIn(instances, traffic, Minute));
        output.WriteLine($"half minutes: {string.Join(", ", calls)}; minutes: {next}, {last}");

        // All but the last block comes back as the dead instance's own minutes end.
        Assert.InRange(calls[0] + calls[1], DuelsLimit / 2, DuelsLimit);
        Assert.InRange(last, 0.95 * DuelsLimit, DuelsLimit);
        AssertWithinLimit(instances);
    }

    [Fact]
    public void A_dead_instances_permits_are_free_once_none_of_its_calls_can_be_in_the_same_minute()
    {
        using var instances = new SimulatedInstances(limit: 1, count: 3);
        instances.Skew(0, -PermitShare.ClockTolerance / 2);
        instances.Skew(1, PermitShare.ClockTolerance / 2);
        instances.Skew(2, PermitShare.ClockTolerance / 2);
        var taken = instances.Time.GetUtcNow();
        instances.GiveBack(0);
        instances.AdvanceTo(taken + PermitShare.Validity - OneTick);
        Assert.True(instances.TryBegin(0), "the permit that was taken is still good");
        Assert.Equal(1, instances.Store.Saves);
        instances.Crash(0);

        // The call may have arrived when its time-out was about to run out.
        var free = taken + PermitShare.Validity + SimulatedInstances.LongestCall + Minute;
        instances.AdvanceTo(free - OneTick);
        Assert.False(instances.TryBegin(1), "a tick too early");
        instances.AdvanceTo(free);
        Assert.True(instances.TryBegin(2), "the dead instance's permit is free");
    }

    [Fact]
    public void A_permit_that_was_taken_is_good_for_ten_seconds_and_then_asked_for_anew()
    {
        using var instances = new SimulatedInstances(DuelsLimit, 1);
        instances.GiveBack(0);
        instances.AdvanceTo(instances.Time.GetUtcNow() + PermitShare.Validity);

        Assert.True(instances.TryBegin(0), "there are permits in the store");
        Assert.Equal(2, instances.Store.Saves);
    }

    [Fact]
    public void A_clock_that_was_hours_ahead_holds_the_calls_up_for_minutes_only()
    {
        using var instances = new SimulatedInstances(limit: 1, count: 2);
        instances.Skew(0, TimeSpan.FromHours(5));
        Assert.True(instances.TryBegin(0), "nobody has the permit");
        instances.Crash(0);
        Assert.False(instances.TryBegin(1), "the permit is taken");

        instances.AdvanceTo(instances.Time.GetUtcNow() + TimeSpan.FromMinutes(10));

        Assert.True(instances.TryBegin(1), "nothing is held for so long");
    }

    [Fact]
    public void A_call_that_takes_longer_than_it_may_is_still_counted()
    {
        using var instances = new SimulatedInstances(limit: 1, count: 2);
        Assert.True(instances.TryBegin(0), "nobody has the permit");
        instances.Time.Advance(2 * Minute);
        Assert.True(instances.TryBegin(1), "the other's call can't run any more");
        instances.End(1, 0);

        Assert.False(instances.TryBegin(0), "its own call still runs");
        instances.Time.Advance(Minute);
        Assert.False(instances.TryBegin(1), "the other's call does run");
    }

    [Fact]
    public void A_limit_that_was_lowered_counts_from_the_next_call_on()
    {
        using var before = new SimulatedInstances(limit: 10, count: 1);
        using var after = new SimulatedInstances(limit: 3, count: 1, before);
        for (var call = 0; call < 5; call++)
        {
            Assert.True(before.TryBegin(0), "ten were free");
        }

        Assert.False(after.TryBegin(0), "more than three are taken");
    }

    private void AssertUsesUpNearlyAll(SimulatedInstances instances, Traffic traffic, int mostReads, int mostSaves)
    {
        // In the first minute an instance learns how much it needs.
        for (var minute = 0; minute < 4; minute++)
        {
            var (reads, saves) = (instances.Store.Reads, instances.Store.Saves);
            var calls = CallsIn(instances, traffic, Minute);
            (reads, saves) = (instances.Store.Reads - reads, instances.Store.Saves - saves);
            output.WriteLine($"minute {minute}: {calls} calls, {reads} reads, {saves} saves");
            Assert.True(minute == 0 || calls >= 0.95 * DuelsLimit, $"minute {minute}: {calls} calls");
            Assert.True(
                reads <= mostReads && saves <= mostSaves,
                $"minute {minute}: {reads} reads of {mostReads}, {saves} saves of {mostSaves}"
            );
        }

        AssertWithinLimit(instances);
    }

    private static int CallsIn(SimulatedInstances instances, Traffic traffic, TimeSpan time)
    {
        var before = instances.CallsStarted;
        traffic.Run(time);
        return instances.CallsStarted - before;
    }

    private static void AssertWithinLimit(SimulatedInstances instances)
    {
        var (calls, minute) = instances.Worst();
        Assert.True(calls <= DuelsLimit, $"{calls} calls may have arrived in the minute from {minute:O}");
    }
}
