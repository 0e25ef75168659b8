using Microsoft.Win32.SafeHandles;
using OrderFunctions.Journaling.Files;

namespace OrderFunctions.Journaling.Tests;

/// <summary>A disk that a test can let run full or fail, or whose writes it can hold up.</summary>
internal sealed class FaultyDisk : Disk
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private volatile TaskCompletionSource? _hold;
    private TaskCompletionSource _writeStarted = NewSignal();

    /// <summary>How many bytes it takes before it is full; a write that does not fit is written in part.</summary>
    public long FreeBytes { get; set; } = long.MaxValue;

    public bool FailsFlush { get; set; }

    public bool FailsTruncate { get; set; }

    public bool FailsDelete { get; set; }

    /// <summary>What a write throws where it is not the disk that fails; null: nothing.</summary>
    public Exception? WriteThrows { get; set; }

    /// <summary>The writes that were begun.</summary>
    public int Writes { get; private set; }

    /// <summary>Lets writes wait, from the next one on, until <see cref="ReleaseWrites"/>.</summary>
    public void HoldWrites() => _hold = NewSignal();

    public void ReleaseWrites()
    {
        _hold?.SetResult();
        _hold = null;
    }

    /// <summary>Returns once so many writes were begun.</summary>
    public async Task WriteStartedAsync(int writes)
    {
        while (true)
        {
            Task begun;
            lock (_lock)
            {
                if (Writes >= writes)
                {
                    return;
                }

                begun = _writeStarted.Task;
            }

            await begun.WaitAsync(Timeout);
        }
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        lock (_lock)
        {
            Writes++;
            _writeStarted.SetResult();
            _writeStarted = NewSignal();
        }

        _hold?.Task.Wait();
        if (WriteThrows is { } error)
        {
            throw error;
        }

        var fits = (int)Math.Min(bytes.Length, FreeBytes);
        base.Write(file, bytes[..fits], offset);
        FreeBytes -= fits;
        FailIf(fits < bytes.Length, "No space left on device");
    }

    public override void Flush(SafeFileHandle file)
    {
        FailIf(FailsFlush, "Input/output error");
        base.Flush(file);
    }

    public override void Truncate(SafeFileHandle file, long length)
    {
        FailIf(FailsTruncate, "Input/output error");
        base.Truncate(file, length);
    }

    public override void Delete(string path)
    {
        FailIf(FailsDelete, "Input/output error");
        base.Delete(path);
    }

    private static void FailIf(bool fails, string why)
    {
        if (fails)
        {
            throw new IOException(why);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
