namespace OrderFunctions.Core.Tests.Sending.Limits;

/// <summary>What instances do all the time, each call of 0.2 to 0.8 seconds.</summary>
internal sealed class Traffic(SimulatedInstances instances, int seed)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.25);

    private readonly Random _random = new(seed);
    private readonly PriorityQueue<Action, DateTimeOffset> _due = new();
    private readonly Dictionary<int, int> _lives = [];

    /// <summary>So many workers that begin the next call as soon as one has ended.</summary>
    public void KeepBusy(int instance, int workers)
    {
        for (var worker = 0; worker < workers; worker++)
        {
            Next(instance, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    public void CallEvery(int instance, TimeSpan interval) => Next(instance, _random.NextDouble() * interval, interval);

    /// <summary>The instance gets nothing more to do.</summary>
    public void Stop(int instance) => _lives[instance] = LifeOf(instance) + 1;

    public void Run(TimeSpan time)
    {
        var end = instances.Time.GetUtcNow() + time;
        while (_due.TryPeek(out var action, out var due) && due < end)
        {
            _due.Dequeue();
            instances.Time.AdvanceTo(due);
            action();
        }

        instances.Time.AdvanceTo(end);
    }

    private int LifeOf(int instance) => _lives.GetValueOrDefault(instance);

    private void Next(int instance, TimeSpan after, TimeSpan interval)
    {
        var life = LifeOf(instance);
        Do(
            after,
            () =>
            {
                if (life != LifeOf(instance))
                {
                    return;
                }

                if (!instances.TryBegin(instance))
                {
                    Next(instance, Pause, interval);
                    return;
                }

                Do(
                    TimeSpan.FromMilliseconds(_random.Next(200, 800)),
                    () =>
                    {
                        if (life == LifeOf(instance))
                        {
                            instances.End(instance, _random.Next());
                            Next(instance, interval, interval);
                        }
                    }
                );
            }
        );
    }

    private void Do(TimeSpan after, Action action) => _due.Enqueue(action, instances.Time.GetUtcNow() + after);
}
