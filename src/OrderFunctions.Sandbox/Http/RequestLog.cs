namespace OrderFunctions.Sandbox.Http;

/// <summary>The requests in order of arrival. Bounded, since the local host runs the sandbox for weeks.</summary>
internal sealed class RequestLog
{
    private const int Kept = 50_000;
    private readonly Lock _gate = new();
    private readonly Queue<RequestEntry> _entries = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<Waiter> _waiters = [];

    public RequestEntry Add(string provider, SandboxRequest request)
    {
        var entry = new RequestEntry(provider, request);
        lock (_gate)
        {
            _entries.Enqueue(entry);
            if (_entries.Count > Kept)
            {
                _entries.Dequeue();
            }

            var count = _counts[provider] = _counts.GetValueOrDefault(provider) + 1;
            for (var i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Provider == provider && count >= _waiters[i].Count)
                {
                    _waiters[i].Arrived.TrySetResult();
                    _waiters.RemoveAt(i);
                }
            }
        }

        return entry;
    }

    public int Count(string provider)
    {
        lock (_gate)
        {
            return _counts.GetValueOrDefault(provider);
        }
    }

    public async Task WaitForAsync(string provider, int count, CancellationToken ct)
    {
        var waiter = new Waiter(provider, count, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_counts.GetValueOrDefault(provider) >= count)
            {
                return;
            }

            _waiters.Add(waiter);
        }

        try
        {
            await waiter.Arrived.Task.WaitAsync(ct);
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    public IReadOnlyList<ReceivedRequest> Snapshot(string? provider)
    {
        RequestEntry[] listed;
        lock (_gate)
        {
            listed = [.. _entries];
        }

        return [.. listed.Where(entry => provider is null || entry.Provider == provider).Select(e => e.Snapshot())];
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _counts.Clear();
        }
    }

    private sealed record Waiter(string Provider, int Count, TaskCompletionSource Arrived);
}
