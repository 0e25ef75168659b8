using OrderFunctions.Bus;

namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>One worker of the app, that stops at every fault point until the simulation lets it through.</summary>
internal sealed class SimulatedWorker(int number)
{
    private static readonly AsyncLocal<SimulatedWorker?> Running = new();

    public string Name => $"worker {number}";

    /// <summary>The worker whose code is running.</summary>
    public static SimulatedWorker Current =>
        Running.Value ?? throw new InvalidOperationException("No worker does this.");

    public CancellationTokenSource Stop { get; } = new();

    public Task Handling { get; private set; } = Task.CompletedTask;

    public bool IsIdle => Handling.IsCompleted;

    /// <summary>Where it waits to be let through; null: at none.</summary>
    public FaultPoint? FaultPoint { get; private set; }

    /// <summary>Whether it waits for an answer that will never come.</summary>
    public bool IsHanging { get; set; }

    /// <summary>Whether its process was killed: whatever it waits for never comes.</summary>
    public bool IsDead { get; set; }

    /// <summary>The event of the message that it handles.</summary>
    public LifeEvent Event { get; private set; } = null!;

    public string Queue { get; private set; } = "";

    /// <summary>Whether a call of this message was served whose outcome is not on record yet.</summary>
    public bool HasUnrecordedCall { get; set; }

    public void Take(
        LifeEvent lifeEvent,
        string queue,
        IMessageLock message,
        Func<IMessageLock, CancellationToken, Task> handle
    )
    {
        (Event, Queue) = (lifeEvent, queue);
        HasUnrecordedCall = false;
        Running.Value = this;
        Handling = handle(message, Stop.Token);
        Running.Value = null;
    }

    /// <summary>Waits at a fault point.</summary>
    /// <returns>What the simulation decides there.</returns>
    public async Task<Fault> ArriveAsync(FaultPoint point, CancellationToken cancellationToken)
    {
        FaultPoint = point;
        // The clock goes on for the dead, but must not wake them.
        using var cancelled = cancellationToken.Register(() =>
        {
            if (!IsDead)
            {
                point.Decision.TrySetCanceled(cancellationToken);
            }
        });
        try
        {
            return await point.Decision.Task;
        }
        finally
        {
            FaultPoint = null;
            IsHanging = false;
        }
    }
}
