using OrderFunctions.Ledger;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Sending.Limits;

/// <summary>Instances that share one rate limit, on one clock that only the test moves; and all their calls.</summary>
internal sealed class SimulatedInstances : IDisposable
{
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly int _limit;
    private readonly List<Instance> _instances;
    private readonly List<(DateTimeOffset Start, DateTimeOffset End)> _done = [];

    /// <param name="others">Those with which they share clock and store.</param>
    public SimulatedInstances(int limit, int count, SimulatedInstances? others = null)
    {
        _limit = limit;
        (Time, Store) = (others?.Time ?? new ManualTime(), others?.Store ?? new SimulatedState());
        _instances = [.. Enumerable.Range(0, count).Select(_ => NewInstance(TimeSpan.Zero))];
    }

    public ManualTime Time { get; }

    public SimulatedState Store { get; }

    public int Count => _instances.Count;

    public int CallsStarted => _done.Count + _instances.Sum(instance => instance.Calls.Count);

    /// <summary>Begins a call, if the limit lets it.</summary>
    public bool TryBegin(int instance)
    {
        var (limiter, _, calls) = _instances[instance];
        var attempt = limiter.TryAcquireAsync(default);
        Assert.True(attempt.IsCompleted, "nothing here takes time");
        Permit? permit;
        try
        {
            permit = attempt.GetAwaiter().GetResult();
        }
        catch (LedgerUnavailableException)
        {
            return false;
        }

        if (permit is not null)
        {
            calls.Add((permit, Time.GetUtcNow()));
        }

        return permit is not null;
    }

    /// <summary>One of the instance's calls ends now.</summary>
    public void End(int instance, int call)
    {
        var calls = _instances[instance].Calls;
        if (calls.Count > 0)
        {
            End(calls, call % calls.Count);
        }
    }

    /// <summary>An instance takes a permit and finds that it needs none.</summary>
    public void GiveBack(int instance)
    {
        if (TryBegin(instance))
        {
            var calls = _instances[instance].Calls;
            calls[^1].Permit.GiveBack();
            calls.RemoveAt(calls.Count - 1);
        }
    }

    /// <summary>
    /// The instance's process dies, and another takes its place. Nobody knows how long its calls took: each may arrive
    /// until the latest.
    /// </summary>
    public void Crash(int instance)
    {
        var (limiter, clock, calls) = _instances[instance];
        limiter.Dispose();
        _done.AddRange(calls.Select(call => (call.Start, call.Start + LongestCall)));
        _instances[instance] = NewInstance(clock.Skew);
    }

    public void Skew(int instance, TimeSpan skew) => _instances[instance].Clock.Skew = skew;

    /// <summary>Time passes. A call ends when it has taken as long as it may.</summary>
    public void AdvanceTo(DateTimeOffset then)
    {
        while (Overdue(then) is { } calls)
        {
            Time.AdvanceTo(calls[0].Start + LongestCall);
            End(calls, 0);
        }

        Time.AdvanceTo(then);
    }

    /// <summary>
    /// The most calls that may have arrived in one minute. A call arrives somewhere between its start and its end: the worst
    /// is taken, where each arrives when it crowds a minute most. No minute is worse than one that begins as a call ends.
    /// </summary>
    public (int Calls, DateTimeOffset Minute) Worst()
    {
        var calls = _done
            .Concat(
                _instances.SelectMany(instance =>
                    instance.Calls.Select(call => (call.Start, End: call.Start + LongestCall))
                )
            )
            .ToList();
        var starts = calls.Select(call => call.Start).Order().ToList();
        var ends = calls.Select(call => call.End).Order().ToList();
        var (worst, minute, begun) = (0, default(DateTimeOffset), 0);
        for (var ended = 0; ended < ends.Count; ended++)
        {
            while (begun < starts.Count && starts[begun] < ends[ended] + Minute)
            {
                begun++;
            }

            if (begun - ended > worst)
            {
                (worst, minute) = (begun - ended, ends[ended]);
            }
        }

        return (worst, minute);
    }

    public void Dispose() => _instances.ForEach(instance => instance.Limiter.Dispose());

    private List<(Permit Permit, DateTimeOffset Start)>? Overdue(DateTimeOffset then) =>
        _instances
            .Select(instance => instance.Calls)
            .Where(calls => calls.Count > 0 && calls[0].Start + LongestCall <= then)
            .MinBy(calls => calls[0].Start);

    private void End(List<(Permit Permit, DateTimeOffset Start)> calls, int call)
    {
        var (permit, start) = calls[call];
        permit.Dispose();
        _done.Add((start, Time.GetUtcNow()));
        calls.RemoveAt(call);
    }

    private Instance NewInstance(TimeSpan skew)
    {
        var clock = new SkewedTime(Time) { Skew = skew };
        return new Instance(new SlidingMinuteLimiter("duel", _limit, LongestCall, Store, clock), clock, []);
    }

    private sealed record Instance(
        SlidingMinuteLimiter Limiter,
        SkewedTime Clock,
        List<(Permit Permit, DateTimeOffset Start)> Calls
    );
}
