using OrderFunctions.Core.Tests.Lives.Models;
using OrderFunctions.Core.Tests.Lives.Simulated;
using OrderFunctions.Orders;

namespace OrderFunctions.Core.Tests.Lives;

/// <summary>Tests that play a life of their own, step by step.</summary>
public abstract class StageTest : IDisposable
{
    private protected static readonly LifeEvent Pending = new(
        0,
        OrderStatus.Pending,
        125,
        "pending",
        1,
        true,
        Origin.Stated
    );
    private protected static readonly LifeEvent Paid = new(1, OrderStatus.Paid, 125, "paid", 1, true, Origin.Stated);
    private protected static readonly LifeEvent PartlyRefunded = new(
        2,
        OrderStatus.PartiallyRefunded,
        50,
        "part",
        1,
        true,
        Origin.Stated
    );
    private protected static readonly LifeEvent Cancelled = new(
        3,
        OrderStatus.Cancelled,
        125,
        "cancelled",
        1,
        true,
        Origin.Stated
    );

    private Stage? _stage;

    public static TheoryData<string> Providers => [.. ProviderModels.Names];

    private protected Stage Stage => _stage ?? throw new InvalidOperationException("No stage is set.");

    public void Dispose()
    {
        _stage?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Set(string provider, int workers, params LifeEvent[] events) =>
        _stage = new Stage(
            ProviderModels.New(provider, new Life("SEK", events, [.. Enumerable.Range(0, events.Length)], workers, [])),
            workers
        );

    /// <summary>A worker takes the next delivery.</summary>
    private protected SimulatedWorker Take()
    {
        var worker = Stage.Take(Stage.Queue);
        Assert.True(worker is not null, "There should be an idle worker and a delivery that is due.");
        return worker;
    }

    private protected void Through(SimulatedWorker worker) => Stage.Pass(worker, new Fault.None());

    /// <summary>All goes well for the worker until it stands before a call.</summary>
    private protected void ToCall(SimulatedWorker worker)
    {
        while (worker.FaultPoint is { IsCall: false })
        {
            Through(worker);
        }

        Assert.True(worker.FaultPoint is not null, "The worker should make a call.");
    }

    /// <summary>All goes well for the worker until its message is settled.</summary>
    private protected void ToEnd(SimulatedWorker worker)
    {
        while (worker.FaultPoint is not null)
        {
            Through(worker);
        }

        Assert.True(worker.IsIdle);
    }

    /// <summary>The event's delivery goes well, from the queue to its settlement.</summary>
    private protected void Deliver(LifeEvent lifeEvent)
    {
        Stage.Send(lifeEvent);
        ToEnd(Take());
    }

    /// <summary>The event's delivery meets trouble at each of its calls, and waits for its retry.</summary>
    private protected void Deliver(LifeEvent lifeEvent, Fault trouble)
    {
        Stage.Send(lifeEvent);
        var worker = Take();
        while (worker.FaultPoint is { } point)
        {
            Stage.Pass(worker, point.IsCall ? trouble : new Fault.None());
        }
    }

    private protected void ComesToRest()
    {
        Assert.True(Stage.ComeToRest(), "There should be an end of it.");
        Assert.Empty(Stage.Model.Violations);
    }
}
