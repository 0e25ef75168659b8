namespace OrderFunctions.Sandbox.Http;

/// <summary>The requests in order of arrival. Bounded, since the local host runs the sandbox for weeks.</summary>
internal sealed class RequestLog
{
    private const int Kept = 50_000;
    private readonly Lock gate = new();
    private readonly Queue<RequestEntry> entries = new();
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly List<Waiter> waiters = [];

    public RequestEntry Add(string provider, SandboxRequest request)
    {
        var entry = new RequestEntry(provider, request);
        lock (gate)
        {
            entries.Enqueue(entry);
            if (entries.Count > Kept)
            {
                entries.Dequeue();
            }

            var count = counts[provider] = counts.GetValueOrDefault(provider) + 1;
            for (var i = waiters.Count - 1; i >= 0; i--)
            {
                if (waiters[i].Provider == provider && count >= waiters[i].Count)
                {
                    waiters[i].Arrived.TrySetResult();
                    waiters.RemoveAt(i);
                }
            }
        }

        return entry;
    }

    public int Count(string provider)
    {
        lock (gate)
        {
            return counts.GetValueOrDefault(provider);
        }
    }

    public async Task WaitForAsync(string provider, int count, CancellationToken ct)
    {
        var waiter = new Waiter(provider, count, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (counts.GetValueOrDefault(provider) >= count)
            {
                return;
            }

            waiters.Add(waiter);
        }

        try
        {
            await waiter.Arrived.Task.WaitAsync(ct);
        }
        finally
        {
            lock (gate)
            {
                waiters.Remove(waiter);
            }
        }
    }

    public IReadOnlyList<ReceivedRequest> Snapshot(string? provider)
    {
        RequestEntry[] listed;
        lock (gate)
        {
            listed = [.. entries];
        }

        return [.. listed.Where(entry => provider is null || entry.Provider == provider).Select(e => e.Snapshot())];
    }

    public void Clear()
    {
        lock (gate)
        {
            entries.Clear();
            counts.Clear();
        }
    }

    private sealed record Waiter(string Provider, int Count, TaskCompletionSource Arrived);
}
