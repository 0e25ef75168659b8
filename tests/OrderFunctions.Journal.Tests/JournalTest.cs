using OrderFunctions.Bus;
using OrderFunctions.Journaling.Files;
using OrderFunctions.TestKit;

namespace OrderFunctions.Journaling.Tests;

/// <summary>Tests that each have a journal of their own, on a disk that can fail.</summary>
public abstract class JournalTest : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    internal JournalFolder Folder { get; } = JournalFolder.Make();

    internal FaultyDisk Disk { get; private set; } = null!;

    internal Journal Journal { get; private set; } = null!;

    protected ManualTime Time => Folder.Time;

    public virtual Task InitializeAsync()
    {
        Restart();
        return Task.CompletedTask;
    }

    public virtual Task DisposeAsync()
    {
        Journal.Dispose();
        Folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Opens the journal anew, on a sound disk.</summary>
    internal void Restart()
    {
        Journal?.Dispose();
        Journal = Folder.Open(Disk = new FaultyDisk());
    }

    internal Task<IMessageLock> ReceiveAsync(string queue) =>
        Journal.Receiver.ReceiveAsync(queue, default).WaitAsync(Timeout);
}
