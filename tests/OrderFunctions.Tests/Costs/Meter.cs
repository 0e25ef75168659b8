namespace OrderFunctions.Tests.Costs;

/// <summary>Counts what the fakes are asked to do as the services bill it (docs/performance.md, In Azure, says where that is written).</summary>
internal sealed class Meter
{
    // An operation is up to 64 KB.
    private const int OperationBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private Cost _total = new();

    public Cost Total
    {
        get
        {
            lock (_gate)
            {
                return _total;
            }
        }
    }

    /// <summary>A message is put on a queue or a topic, now or for later; in a batch, each for itself.</summary>
    public void Send(int bytes) => Count(cost => cost with { Sends = cost.Sends + Operations(bytes) });

    /// <summary>A subscription's filter looks at a message.</summary>
    public void Filter() => Count(cost => cost with { Filters = cost.Filters + 1 });

    /// <summary>Service Bus moves a message to another queue.</summary>
    public void Forward() => Count(cost => cost with { Forwards = cost.Forwards + 1 });

    /// <summary>A message is received; or none is, which is asking all the same.</summary>
    public void Receive(int bytes) => Count(cost => cost with { Receives = cost.Receives + Operations(bytes) });

    /// <summary>A message is completed, abandoned or dead-lettered.</summary>
    public void Settle() => Count(cost => cost with { Settlements = cost.Settlements + 1 });

    public void Peek() => Count(cost => cost with { Peeks = cost.Peeks + 1 });

    public void Cancel() => Count(cost => cost with { Cancels = cost.Cancels + 1 });

    /// <summary>A row, or a page of rows, is asked for, whether it is there or not.</summary>
    public void Read() => Count(cost => cost with { Reads = cost.Reads + 1 });

    /// <summary>A row is to be saved or deleted, whether that is refused or not.</summary>
    public void Write() => Count(cost => cost with { Writes = cost.Writes + 1 });

    public void Execution() => Count(cost => cost with { Executions = cost.Executions + 1 });

    private static int Operations(int bytes) => Math.Max(1, (bytes + OperationBytes - 1) / OperationBytes);

    private void Count(Func<Cost, Cost> add)
    {
        lock (_gate)
        {
            _total = add(_total);
        }
    }
}

/// <param name="Reads">Of the table.</param>
/// <param name="Writes">Of the table.</param>
/// <param name="Secrets">Read from Key Vault.</param>
/// <param name="Executions">Of functions.</param>
internal sealed record Cost(
    int Sends = 0,
    int Filters = 0,
    int Forwards = 0,
    int Receives = 0,
    int Settlements = 0,
    int Peeks = 0,
    int Cancels = 0,
    int Reads = 0,
    int Writes = 0,
    int Secrets = 0,
    int Executions = 0
)
{
    /// <summary>What Service Bus bills.</summary>
    public int Operations => Sends + Forwards + Receives + Settlements + Peeks + Cancels;

    /// <summary>What counts against a Standard namespace's credits.</summary>
    public int Credits => Sends + Filters + Receives + Peeks;

    public static Cost operator -(Cost after, Cost before) =>
        new(
            after.Sends - before.Sends,
            after.Filters - before.Filters,
            after.Forwards - before.Forwards,
            after.Receives - before.Receives,
            after.Settlements - before.Settlements,
            after.Peeks - before.Peeks,
            after.Cancels - before.Cancels,
            after.Reads - before.Reads,
            after.Writes - before.Writes,
            after.Secrets - before.Secrets,
            after.Executions - before.Executions
        );
}
