using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Misbehaving;

/// <summary>How each provider behaves, and for how many requests more.</summary>
internal sealed class BehaviourBook(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Standing> _standing = new(StringComparer.Ordinal);

    public void Set(string provider, Behaviour behaviour)
    {
        lock (_gate)
        {
            var rate = behaviour.RequestsPerMinute is { } limit ? new SlidingMinute(limit, timeProvider) : null;
            _standing[provider] = new Standing(behaviour, rate, behaviour.Times);
        }
    }

    public void Remove(string provider)
    {
        lock (_gate)
        {
            _standing.Remove(provider);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _standing.Clear();
        }
    }

    /// <summary>The behaviour for the request at hand, which uses up one of its times; null: normal.</summary>
    public TakenBehaviour? Take(string provider)
    {
        lock (_gate)
        {
            if (!_standing.TryGetValue(provider, out var found))
            {
                return null;
            }

            if (found.Left is { } left)
            {
                if (left == 1)
                {
                    _standing.Remove(provider);
                }
                else
                {
                    _standing[provider] = found with { Left = left - 1 };
                }
            }

            return new TakenBehaviour(found.Behaviour, found.Rate?.Enter());
        }
    }

    private sealed record Standing(Behaviour Behaviour, SlidingMinute? Rate, int? Left);
}

/// <summary>The behaviour for one request; <paramref name="RateWait"/> is set when the request is above its rate.</summary>
internal sealed record TakenBehaviour(Behaviour Behaviour, TimeSpan? RateWait);
