namespace OrderFunctions.Sandbox.Http;

/// <summary>The requests in order of arrival. Bounded, since the local host runs the sandbox for weeks.</summary>
internal sealed class RequestLog
{
    private const int Kept = 50_000;
    private readonly Lock _gate = new();
    private readonly Queue<LoggedRequest> _entries = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<Waiter> _waiters = [];

    public LoggedRequest Add(string provider, SandboxRequest request)
    {
        var entry = new LoggedRequest(provider, request);
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
        LoggedRequest[] listed;
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

/// <summary>A request in the log, whose response is filled in when it is given.</summary>
internal sealed class LoggedRequest(string provider, SandboxRequest request)
{
    private const int NoResponse = 0;
    private volatile int _statusCode = NoResponse;
    private volatile string? _problem;

    public string Provider => provider;

    public void Refused(string? problem) => _problem = problem;

    public void Responded(int statusCode) => _statusCode = statusCode;

    public ReceivedRequest Snapshot()
    {
        var statusCode = _statusCode;
        return new(
            provider,
            request.At,
            request.Method,
            request.Target,
            request.Headers,
            request.Json,
            statusCode == NoResponse ? null : statusCode,
            _problem
        );
    }
}
