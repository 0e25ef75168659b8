namespace OrderFunctions.Bus;

/// <summary>The pulling side of a bus, for hosts that the bus does not call by itself.</summary>
public interface IMessageReceiver
{
    /// <summary>Waits for the next message of a queue and locks it.</summary>
    Task<IMessageLock> ReceiveAsync(string queue, CancellationToken cancellationToken);
}
