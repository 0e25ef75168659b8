using System.Collections.Concurrent;
using System.Threading.Channels;
using OrderFunctions.Credentials;

namespace OrderFunctions.Core.Tests.Credentials;

/// <summary>Gives each fetch a value of its own, name-1, name-2 ...; holds its answers back where told.</summary>
internal sealed class FakeStore : ISecretStore
{
    private readonly ConcurrentQueue<TaskCompletionSource> _held = new();
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();
    private volatile bool _isHolding;
    private int _fetches;

    public Func<string, string>? Value { get; set; }

    public int Fetches => Volatile.Read(ref _fetches);

    public void Hold() => _isHolding = true;

    public void HoldNoMore() => _isHolding = false;

    public void Release()
    {
        _isHolding = false;
        while (_held.TryDequeue(out var held))
        {
            held.TrySetResult();
        }
    }

    /// <summary>Waits until a fetch is held back.</summary>
    public Task Asked() => _asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public async Task<string> GetAsync(string name, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _fetches);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_isHolding)
        {
            _held.Enqueue(held);
            _asked.Writer.TryWrite(name);
            await held.Task.WaitAsync(cancellationToken);
        }

        return Value is null ? $"{name}-{number}" : Value(name);
    }
}
