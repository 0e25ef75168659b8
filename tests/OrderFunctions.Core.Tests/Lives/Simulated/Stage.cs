using Microsoft.Extensions.Logging.Abstractions;
using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Lives.Models;
using OrderFunctions.Credentials;
using OrderFunctions.Delivery;
using OrderFunctions.Diagnostics;
using OrderFunctions.Handlers;
using OrderFunctions.Ledger;
using OrderFunctions.Orders;
using OrderFunctions.Providers;
using OrderFunctions.Sending;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.InMemory;

namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>
/// Where a life is played: the real deliveries and retries of one order to one provider, on workers that go on only when
/// they are let, with a clock, a bus, a ledger and a provider of their own. Everything runs on the caller's thread.
/// </summary>
internal sealed class Stage : IDisposable
{
    private const int MostSteps = 20_000;

    private readonly SynchronizationContext? _before = SynchronizationContext.Current;
    private readonly ProviderModel _model;
    private readonly Transcript? _transcript;
    private readonly ManualTime _time = new();
    private readonly InMemoryBus _bus;
    private readonly InMemoryLedger _ledger = new();
    private readonly SimulatedProvider _provider;
    private readonly ProviderChannel _channel;
    private readonly ProviderPauses _pauses;
    private readonly ProviderGates _gates;
    private readonly DeliveryHandler _deliveries;
    private readonly RetryHandler _retries;
    private readonly SimulatedWorker[] _workers;
    private readonly string _queue;
    private readonly List<LifeEvent> _sent = [];
    private int _workersMade;

    /// <param name="transcript">Is told everything that happens.</param>
    public Stage(ProviderModel model, int workers, Transcript? transcript = null)
    {
        // Xunit's own would send the workers to other threads.
        SynchronizationContext.SetSynchronizationContext(null);
        (_model, _transcript) = (model, transcript);
        _model.Provider.Options.QuickRetryDelay = TimeSpan.Zero;
        _bus = new InMemoryBus(_time);
        _provider = new SimulatedProvider(
            model,
            () => _sent.First(lifeEvent => lifeEvent.Id == Entry.Started!.EventId)
        );
        var outages = Rig.OutageLog(_time);
        var catalog = new ProviderCatalog([model.Provider]);
        var log = Rig.DeliveryLog(_time);
        static double Random() => 0.5;
        _channel = new ProviderChannel(model.Provider, new InMemoryState(), Rig.SendingLog(_time), _time, _provider);
        var channels = new ProviderChannels([_channel]);
        var ledger = new SimulatedLedger(_ledger);
        var settlement = new Settlement(log);
        var secrets = WarmSecrets(model.Provider);
        var reader = new OrderEventReader([model.Provider.Name, Life.OtherProvider]);
        var sendingLog = Rig.SendingLog(_time);
        _pauses = new ProviderPauses(new InMemoryState(), sendingLog, _time);
        _gates = new ProviderGates(channels, _pauses, sendingLog, _time);
        _deliveries = new DeliveryHandler(
            channels,
            _gates,
            new Deliverer(reader, ledger, secrets, new LedgerOptions(), log, _time, Random),
            new ClickDeliverer(log, _time, Random),
            new WaitingDeliveries(_bus, outages, _time),
            settlement,
            _time,
            Random
        );
        var jobs = Rig.ParkedJobs(_bus, ledger, reader, _time);
        _retries = new RetryHandler(catalog, _bus, ledger, settlement, jobs, log, _time);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => NewWorker())];
        _queue = Entities.QueueOf(model.Provider.Name);
    }

    public ProviderModel Model => _model;

    public IReadOnlyList<SimulatedWorker> Workers => _workers;

    /// <summary>The workers that wait at a fault point and can be let through.</summary>
    public IEnumerable<SimulatedWorker> Waiting =>
        _workers.Where(worker => worker.FaultPoint is not null && !worker.IsHanging);

    public string Queue => _queue;

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>When a message will be due or its lock run out, if nothing changes; null: never.</summary>
    public DateTimeOffset? NextDue => _bus.NextDue;

    /// <summary>The calls that may have been served without an answer, so that the provider may rightly be told again.</summary>
    public int AnswersLost { get; private set; }

    public LedgerEntry Entry =>
        Done(_ledger.FindAsync(Life.OrderId, _model.Provider.Name, default))
        ?? throw new InvalidOperationException("The ledger has no entry of the order.");

    public IReadOnlyList<ParkedDelivery> Parked =>
        Done(_bus.ListParkedAsync(new ParkedFilter(), 100, null, default)).Items;

    public void Dispose()
    {
        _gates.Dispose();
        _channel.Dispose();
        _provider.Dispose();
        SynchronizationContext.SetSynchronizationContext(_before);
    }

    /// <summary>An event comes to the provider's queue.</summary>
    public void Send(LifeEvent lifeEvent, AskedAgain? again = null)
    {
        Say(again is null ? "shop" : "person", $"sends {lifeEvent.Id}{(again is null ? "" : " anew")}");
        _sent.Add(lifeEvent);
        var orderEvent = _model.Life.Event(lifeEvent, _model.Provider.Name);
        var message = new BusMessage($"copy {_sent.Count}", CanonicalJson.Write(orderEvent))
        {
            AcceptedAt = orderEvent.AcceptedAt,
            EventId = lifeEvent.Id,
            OrderId = Life.OrderId,
            Provider = _model.Provider.Name,
            AskedAgain = again,
        };
        Done(_bus.ScheduleAsync(_queue, message, Now, default));
    }

    /// <summary>A person asks to tell the provider anew of an event that was sent before; it may rightly be told once more.</summary>
    public void AskAgain(LifeEvent lifeEvent, bool isForced)
    {
        AnswersLost++;
        Send(lifeEvent, new AskedAgain([_model.Provider.Name], Now, "kim", isForced));
    }

    /// <summary>The events that were sent.</summary>
    public IReadOnlyList<LifeEvent> Sent => _sent;

    /// <summary>The first idle worker takes a queue's next message and goes to its first fault point; null: no worker or no message.</summary>
    public SimulatedWorker? Take(string queue)
    {
        ReplaceStopped();
        if (Array.Find(_workers, worker => worker.IsIdle) is not { } idle || _bus.TryReceive(queue) is not { } message)
        {
            return null;
        }

        var lifeEvent = _sent.First(lifeEvent => lifeEvent.Id == message.Received.Message.EventId);
        Say(idle.Name, $"takes {lifeEvent.Id} from {queue}");
        idle.Take(
            lifeEvent,
            queue,
            new SimulatedLock(message),
            queue == Entities.Retry
                ? _retries.HandleAsync
                : (taken, token) => _deliveries.HandleAsync(_model.Provider.Name, taken, token)
        );
        return idle;
    }

    /// <summary>Lets a worker through its fault point, to the next or to its end.</summary>
    public void Pass(SimulatedWorker worker, Fault fault)
    {
        var point = worker.FaultPoint ?? throw new InvalidOperationException($"{worker.Name} is at no fault point.");
        Say(worker.Name, fault is Fault.None ? point.Name : $"{point.Name} -> {fault}");
        if (
            fault is Fault.AnswerLost or Fault.Answered { IsServed: true } or Fault.Hangs
            || (fault is not Fault.None && worker.HasUnrecordedCall)
        )
        {
            AnswersLost++;
        }

        if (point.IsCompletion && worker.Queue == _queue && fault is not Fault.NotSent)
        {
            _model.DealtWith(worker.Event);
        }

        if (fault is Fault.Hangs hangs)
        {
            worker.IsHanging = true;
            if (hangs.IsServed)
            {
                point.Serve!().Dispose();
            }

            return;
        }

        point.Decision.TrySetResult(fault);
    }

    /// <summary>The clock goes on, and with it whatever waits for a time.</summary>
    public void WaitUntil(DateTimeOffset then)
    {
        var wait = then - Now;
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        // A call that waits meanwhile may run into its time-out.
        AnswersLost += _workers.Count(worker =>
            !worker.IsIdle && (worker.HasUnrecordedCall || worker.FaultPoint is { IsCall: true })
        );
        _transcript?.Wait(wait, then);
        _time.Advance(wait);
    }

    /// <summary>A worker's process dies where it stands, and another begins.</summary>
    public void Kill(SimulatedWorker worker)
    {
        Say(worker.Name, $"is killed before: {worker.FaultPoint?.Name}");
        AnswersLost += worker.HasUnrecordedCall ? 1 : 0;
        worker.IsDead = true;
        _workers[Array.IndexOf(_workers, worker)] = NewWorker();
    }

    /// <summary>A worker's host is told to shut down.</summary>
    public void Stop(SimulatedWorker worker)
    {
        Say(worker.Name, "is told to stop");
        worker.Stop.Cancel();
    }

    public void Approve()
    {
        if (_model.Approve())
        {
            Say("provider", "approves the order");
        }
    }

    public void Pause()
    {
        Say("person", "pauses the provider");
        Done(_pauses.PauseAsync(_model.Provider.Name, note: null, default));
    }

    /// <summary>Ends a pause, if there is one.</summary>
    public void Resume()
    {
        if (Done(_pauses.ResumeAsync(_model.Provider.Name, default)))
        {
            Say("person", "resumes the provider");
            Done(_bus.BringForwardAsync(_queue, Now, default));
        }
    }

    public void Replay()
    {
        Say("person", "sends back what is parked");
        Done(_bus.ReplayAsync(new ParkedFilter(), 100, default));
    }

    /// <summary>All that is under way goes well, until nothing is left to do.</summary>
    /// <returns>False: there was no end of it.</returns>
    public bool ComeToRest()
    {
        for (var step = 0; step < MostSteps; step++)
        {
            if (Waiting.FirstOrDefault() is { } worker)
            {
                Pass(worker, new Fault.None());
            }
            else if (_workers.Any(worker => worker.IsHanging))
            {
                WaitUntil(Now + TimeSpan.FromSeconds(_model.Provider.Options.TimeoutSeconds));
            }
            else if (_workers.FirstOrDefault(worker => !worker.IsIdle) is { } lost)
            {
                throw new InvalidOperationException($"{lost.Name} waits for something that the stage doesn't know.");
            }
            else if (Take(_queue) is null && Take(Entities.Retry) is null)
            {
                if (NextDue is not { } due)
                {
                    return true;
                }

                WaitUntil(due);
            }
        }

        return false;
    }

    public void Say(string who, string what) => _transcript?.Say(who, what);

    // A fetch would leave the caller's thread; on a clock that stands still there is none.
    private static SecretCache WarmSecrets(Provider provider)
    {
        var secrets = new SecretCache(new SimulatedSecrets(), new ManualTime(), NullLogger<SecretCache>.Instance);
        foreach (var name in provider.SecretNames)
        {
            Done(secrets.GetAsync(name, default));
        }

        return secrets;
    }

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

    // The bus and the ledger in memory are done when they return; secrets soon after.
    private static void Done(Task task) => task.GetAwaiter().GetResult();

    private static T Done<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
