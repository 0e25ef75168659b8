using Microsoft.Win32.SafeHandles;

namespace OrderFunctions.Benchmarks;

/// <summary>
/// The least that durable appends cost that share their flushes: one thread writes what has gathered with one write and
/// one flush, while the next batch gathers. No checksum, no state, no answer to failure.
/// </summary>
internal sealed class RawLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly SafeFileHandle _file;
    private readonly Thread _writer;
    private MemoryStream _filling = new();
    private MemoryStream _spare = new();
    private TaskCompletionSource _flushed = NewSignal();
    private bool _isClosed;

    public RawLog(string path)
    {
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        _writer = new Thread(Write) { IsBackground = true };
        _writer.Start();
    }

    public Task AppendAsync(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_filling.Length == 0)
            {
                _work.Release();
            }

            _filling.Write(bytes);
            return _flushed.Task;
        }
    }

    public void Dispose()
    {
        _isClosed = true;
        _work.Release();
        _writer.Join();
        _file.Dispose();
        _work.Dispose();
        _filling.Dispose();
        _spare.Dispose();
    }

    private void Write()
    {
        long offset = 0;
        while (true)
        {
            _work.Wait();
            if (_isClosed)
            {
                return;
            }

            MemoryStream batch;
            TaskCompletionSource flushed;
            lock (_gate)
            {
                (batch, _filling) = (_filling, _spare);
                (flushed, _flushed) = (_flushed, NewSignal());
            }

            RandomAccess.Write(_file, batch.GetBuffer().AsSpan(0, (int)batch.Length), offset);
            RandomAccess.FlushToDisk(_file);
            offset += batch.Length;
            batch.SetLength(0);
            _spare = batch;
            flushed.SetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
