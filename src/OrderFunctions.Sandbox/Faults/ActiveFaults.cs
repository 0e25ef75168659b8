using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Faults;

/// <summary>The fault of each provider that has one, and for how many requests more.</summary>
internal sealed class ActiveFaults(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public void Set(string provider, Fault fault)
    {
        lock (_gate)
        {
            var rate = fault.RequestsPerMinute is { } limit ? new RateLimit(limit, timeProvider) : null;
            _entries[provider] = new Entry(fault, rate, fault.Times);
        }
    }

    public void Remove(string provider)
    {
        lock (_gate)
        {
            _entries.Remove(provider);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    /// <summary>
    /// The fault for the request at hand, which uses up one of its times, and how long to wait where the request is
    /// above the fault's rate; null: none.
    /// </summary>
    public (Fault Fault, TimeSpan? RateWait)? Take(string provider)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(provider, out var entry))
            {
                return null;
            }

            if (entry.TimesLeft is { } left)
            {
                if (left == 1)
                {
                    _entries.Remove(provider);
                }
                else
                {
                    _entries[provider] = entry with { TimesLeft = left - 1 };
                }
            }

            return (entry.Fault, entry.Rate?.Accept());
        }
    }

    private sealed record Entry(Fault Fault, RateLimit? Rate, int? TimesLeft);
}
