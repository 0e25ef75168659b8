using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>
/// Runs one life: the real deliveries and retries on one to three workers, with a clock, a bus, a ledger and a provider
/// of its own. Everything runs on one thread, and the life's choices say who goes on, so a life always runs alike.
/// </summary>
internal sealed class Simulation
{
    private const int MostSteps = 20_000;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.Zero,
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(31),
        TimeSpan.FromMinutes(3),
        TimeSpan.FromMinutes(6),
    ];

    private readonly Life _life;
    private readonly ProviderModel _model;
    private readonly Choices _choices;
    private readonly Script? _script;
    private readonly List<string> _wrongs = [];
    private readonly ManualTime _time = new();
    private readonly InMemoryBus _bus;
    private readonly InMemoryLedger _ledger = new();
    private readonly DeliveryHandler _deliveries;
    private readonly RetryHandler _retries;
    private readonly SimulatedWorker[] _workers;
    private readonly string _queue;
    private int _arrived;
    private int _copies;
    private int _answersLost;
    private int _workersMade;

    private Simulation(Life life, ProviderModel model, ProviderChannels channels, ManualTime time, Script? script)
    {
        (_life, _model, _time, _script) = (life, model, time, script);
        _choices = new Choices(life.Choices);
        _bus = new InMemoryBus(time);
        var ledger = new SimulatedLedger(_ledger);
        var log = new DeliveryLog(NullLogger<DeliveryLog>.Instance);
        var settlement = new Settlement(log);
        var reader = new OrderEventReader([model.Provider.Name]);
        var secrets = new SecretCache(new SimulatedSecrets(), time);
        _deliveries = new DeliveryHandler(channels, new Deliverer(reader, ledger, secrets, log, time), settlement);
        _retries = new RetryHandler(channels, _bus, ledger, settlement, log, time);
        _workers = [.. Enumerable.Range(0, life.Workers).Select(_ => NewWorker())];
        _queue = Entities.QueueOf(model.Provider.Name);
    }

    /// <param name="script">Is told everything that happens.</param>
    /// <returns>What is wrong with how the life went; nothing: all is well.</returns>
    public static IReadOnlyList<string> Run(Life life, ProviderModel model, Script? script = null)
    {
        var before = SynchronizationContext.Current;
        // Xunit's own would send the workers to other threads.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var time = new ManualTime();
            var log = new DeliveryLog(NullLogger<DeliveryLog>.Instance);
            model.Provider.Options.QuickRetryDelay = TimeSpan.Zero;
            using var provider = new SimulatedProvider(model);
            using var channel = new ProviderChannel(model.Provider, log, time, () => 0.5, provider);
            var simulation = new Simulation(life, model, new ProviderChannels([channel]), time, script);
            simulation.Run();
            return [.. model.Wrongs, .. simulation._wrongs];
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void Run()
    {
        while (_choices.Any)
        {
            Turn();
        }

        Say("life", "from here on all goes well");
        ComeToRest();
        for (var round = 0; round < 2 && Parked().Count > 0; round++)
        {
            Replay();
            ComeToRest();
        }

        Check();
    }

    private void Turn()
    {
        var choice = _choices.Next();
        ReplaceStopped();
        if (choice % 10 == 9)
        {
            Meddle(choice / 10);
            return;
        }

        if (choice % 10 == 8)
        {
            Wait();
            return;
        }

        var options = new List<Action>();
        foreach (var worker in _workers.Where(worker => worker is { Door: not null, IsHanging: false }))
        {
            options.Add(() => LetThrough(worker));
        }

        if (_workers.Any(worker => worker.IsIdle))
        {
            options.Add(() => Take(_queue));
            options.Add(() => Take(Entities.Retry));
        }

        if (_arrived < _life.Arrivals.Count)
        {
            options.Add(Arrive);
        }

        if (options.Count > 0)
        {
            options[choice / 10 % options.Count]();
        }
    }

    private void Meddle(int choice)
    {
        var busy = _workers.Where(worker => !worker.IsIdle).ToList();
        switch (choice % 4)
        {
            case 0 when busy.Count > 0:
                Kill(busy[choice / 4 % busy.Count]);
                break;
            case 1 when busy.Count > 0:
                var stopped = busy[choice / 4 % busy.Count];
                Say(stopped.Name, "is told to stop");
                stopped.Stop.Cancel();
                break;
            case 2 when _model.Approve():
                Say("provider", "approves the order");
                break;
            case 3 when Parked().Count > 0:
                Replay();
                break;
        }
    }

    private void LetThrough(SimulatedWorker worker)
    {
        var door = worker.Door!;
        var choice = _choices.Next();
        Passage passage = new Passage.Through();
        if (choice % 4 == 3)
        {
            passage = door.IsCall
                ? (choice / 4 % 10) switch
                {
                    0 => new Passage.Refused(),
                    1 or 2 => new Passage.Unheard(),
                    3 => new Passage.Answered(500, IsServed: false),
                    4 => new Passage.Answered(503, IsServed: true),
                    5 => new Passage.Answered(429, IsServed: false),
                    6 => new Passage.Answered(400, IsServed: false),
                    7 => new Passage.Hangs(IsServed: false),
                    8 => new Passage.Hangs(IsServed: true),
                    _ => new Passage.Failed(),
                }
                : (choice / 4 % 2) switch
                {
                    0 => new Passage.Failed(),
                    _ => new Passage.Unheard(),
                };
        }

        Pass(worker, door, passage);
    }

    private void Pass(SimulatedWorker worker, Door door, Passage passage)
    {
        Say(worker.Name, passage is Passage.Through ? door.Name : $"{door.Name} -> {passage}");
        if (
            passage is Passage.Unheard or Passage.Answered { IsServed: true } or Passage.Hangs { IsServed: true }
            || (passage is not Passage.Through && worker.HasUnrecordedCall)
        )
        {
            _answersLost++;
        }

        if (door.IsCompletion && worker.Queue == _queue && passage is not Passage.Failed)
        {
            _model.DealtWith(worker.Event);
        }

        if (passage is Passage.Hangs hangs)
        {
            worker.IsHanging = true;
            if (hangs.IsServed)
            {
                door.Serve!().Dispose();
            }

            return;
        }

        door.Decision.TrySetResult(passage);
    }

    private bool Take(string queue)
    {
        if (Array.Find(_workers, worker => worker.IsIdle) is not { } idle || _bus.TryReceive(queue) is not { } message)
        {
            return false;
        }

        var said = _life.Events.Single(said => said.Id == message.Received.Message.EventId);
        Say(idle.Name, $"takes {said.Id} from {queue}");
        idle.Take(
            said,
            queue,
            new SimulatedLock(message),
            queue == Entities.Retry
                ? _retries.HandleAsync
                : (taken, token) => _deliveries.HandleAsync(_model.Provider.Name, taken, token)
        );
        return true;
    }

    private void Arrive()
    {
        var said = _life.Events[_life.Arrivals[_arrived++]];
        Say("shop", $"sends {said.Id}");
        var message = new BusMessage($"copy {_copies++}", CanonicalJson.Write(_life.Event(said)))
        {
            EventId = said.Id,
            OrderId = Life.OrderId,
            Provider = _model.Provider.Name,
        };
        Done(_bus.ScheduleAsync(_queue, message, _time.GetUtcNow(), default));
    }

    private void Wait()
    {
        var wait = _choices.Of(Waits);
        if (wait == TimeSpan.Zero)
        {
            WaitUntil(_bus.NextDue ?? _time.GetUtcNow());
        }
        else
        {
            WaitUntil(_time.GetUtcNow() + wait);
        }
    }

    private void WaitUntil(DateTimeOffset then)
    {
        var wait = then - _time.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        _answersLost += _workers.Count(worker => !worker.IsIdle && worker.HasUnrecordedCall);
        _script?.Wait(wait, then);
        _time.Advance(wait);
    }

    private void Kill(SimulatedWorker worker)
    {
        Say(worker.Name, $"is killed before: {worker.Door?.Name}");
        _answersLost += worker.HasUnrecordedCall ? 1 : 0;
        worker.IsDead = true;
        _workers[Array.IndexOf(_workers, worker)] = NewWorker();
    }

    private void Replay()
    {
        Say("person", "sends back what is parked");
        Done(_bus.ReplayAsync(new ParkedFilter(), 100, default));
    }

    // All that is left goes well.
    private void ComeToRest()
    {
        for (var step = 0; step < MostSteps; step++)
        {
            ReplaceStopped();
            if (_workers.FirstOrDefault(worker => worker is { Door: not null, IsHanging: false }) is { } worker)
            {
                Pass(worker, worker.Door!, new Passage.Through());
            }
            else if (_workers.Any(worker => worker.IsHanging))
            {
                WaitUntil(_time.GetUtcNow() + TimeSpan.FromSeconds(30));
            }
            else if (_workers.FirstOrDefault(worker => !worker.IsIdle) is { } lost)
            {
                throw new InvalidOperationException(
                    $"{lost.Name} waits for something that the simulation doesn't know."
                );
            }
            else if (_arrived < _life.Arrivals.Count)
            {
                Arrive();
            }
            else if (!Take(_queue) && !Take(Entities.Retry))
            {
                if (_bus.NextDue is not { } due)
                {
                    return;
                }

                WaitUntil(due);
            }
        }

        _wrongs.Add("It never comes to rest.");
    }

    private void Check()
    {
        var parked = Parked();
        var right = _model.RightBeliefs(parked.Count > 0).Distinct().ToList();
        if (!right.Contains(_model.Belief))
        {
            _wrongs.Add(
                $"The provider believes {Words(_model.Belief)}; right is {string.Join(" or ", right.Select(Words))}."
            );
        }

        if (_model.Repeats > _answersLost)
        {
            _wrongs.Add(
                $"The provider was told the same {_model.Repeats} times more; {_answersLost} answers were lost."
            );
        }

        var entry = Done(_ledger.FindAsync(Life.OrderId, _model.Provider.Name, default))!;
        Say("ledger", $"{entry.Version.EventId} {entry.State} {entry.Reason}");
        if (entry.Version.EventId != _life.Newest.Id)
        {
            _wrongs.Add($"The ledger takes {entry.Version.EventId} for the newest; it is {_life.Newest.Id}.");
        }

        if (entry.Claim is { } claim && claim.Until > _time.GetUtcNow())
        {
            _wrongs.Add("The order is still claimed.");
        }

        var isParked = parked.Any(delivery => delivery.EventId == entry.Version.EventId);
        if (entry.State == DeliveryState.Retrying || (entry.State == DeliveryState.Parked) != isParked)
        {
            _wrongs.Add($"The ledger says {entry.State}, and the newest is {(isParked ? "" : "not ")}parked.");
        }
    }

    private IReadOnlyList<ParkedDelivery> Parked() =>
        Done(_bus.ListParkedAsync(new ParkedFilter(), 100, null, default)).Items;

    // A host that was told to stop starts again once its work has ended.
    private void ReplaceStopped()
    {
        for (var i = 0; i < _workers.Length; i++)
        {
            if (_workers[i] is { IsIdle: true, Stop.IsCancellationRequested: true })
            {
                _workers[i] = NewWorker();
            }
        }
    }

    private SimulatedWorker NewWorker() => new(++_workersMade);

    private void Say(string who, string what) => _script?.Say(who, what);

    private static string Words(string? belief) => belief is null ? "nothing" : $"'{belief}'";

    // The bus in memory is done when it returns.
    private static void Done(Task task) => task.GetAwaiter().GetResult();

    private static T Done<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
