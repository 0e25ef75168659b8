namespace OrderFunctions.Sending;

/// <summary>
/// This instance's share of a provider's rate limit: what of it is at calls, what comes back when, and how much to
/// have of the limit next. Asks and saves nothing itself. docs/decisions/0003-our-own-rate-limiter.md says why it
/// holds.
/// </summary>
/// <param name="limit">The calls that may arrive in any minute, of all instances together.</param>
/// <param name="longestCall">How long a call takes at most.</param>
internal sealed class PermitShare(int limit, TimeSpan longestCall, TimeProvider timeProvider)
{
    /// <summary>How long a share may be used before it is to be renewed.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromSeconds(10);

    /// <summary>How far the clocks of two instances may be apart.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(10);

    // How soon to ask again for what others hold.
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(2);

    // Nothing is held so long: a longer hold was written by a clock that was wrong, and must not stop all calls.
    private static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Guid _instance = Guid.NewGuid();
    private readonly Lock _gate = new();

    // Timestamps, not times of day: those jump when the machine's clock is set.
    private readonly Queue<long> _ended = new();
    private int _running;
    private int _begun;

    // The share on record, and since when; what it would be once a save is through.
    private int _permits;
    private long _renewed;
    private (int Permits, long Asked) _next;

    private long _refused;
    private bool _isRefused;
    private DateTimeOffset? _othersFree;

    /// <summary>Whether no other instance held permits when this one asked last.</summary>
    public bool IsAlone
    {
        get
        {
            lock (_gate)
            {
                return _othersFree is null;
            }
        }
    }

    /// <summary>Whether the store may have permits for us when none is left here.</summary>
    public bool MayAsk
    {
        get
        {
            lock (_gate)
            {
                return !HasAll && !(_isRefused && timeProvider.GetElapsedTime(_refused) < RefusedPause);
            }
        }
    }

    /// <summary>How long until a permit comes back that is known to; zero: one is free.</summary>
    public TimeSpan NextFree
    {
        get
        {
            lock (_gate)
            {
                if (IsValid && InUse() < _permits)
                {
                    return TimeSpan.Zero;
                }

                TimeSpan?[] known =
                [
                    _ended.TryPeek(out var oldest) ? BackIn(oldest) : null,
                    _othersFree - timeProvider.GetUtcNow(),
                ];

                // With every permit at a running call, none is known.
                return known.Where(wait => wait > TimeSpan.Zero).Min() ?? RefusedPause;
            }
        }
    }

    /// <summary>How long until it is worth trying again.</summary>
    public TimeSpan NextTry
    {
        get
        {
            lock (_gate)
            {
                var nextFree = NextFree;
                return HasAll || nextFree < RefusedPause ? nextFree : RefusedPause;
            }
        }
    }

    private bool HasAll => IsValid && _permits >= limit;

    private bool IsValid => _permits > 0 && timeProvider.GetElapsedTime(_renewed) < Validity;

    /// <summary>Takes a permit of the share for a call that begins now.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            if (!IsValid || InUse() >= _permits)
            {
                return false;
            }

            _running++;
            _begun++;
            return true;
        }
    }

    /// <summary>The call has ended: its permit comes back in a minute, because the call may have arrived only now.</summary>
    public void End()
    {
        lock (_gate)
        {
            _running--;
            _ended.Enqueue(timeProvider.GetTimestamp());
        }
    }

    /// <summary>The call was never made.</summary>
    public void GiveBack()
    {
        lock (_gate)
        {
            _running--;
        }
    }

    /// <summary>What to save in order to have the share that is needed now. Until that is saved, nothing can be taken.</summary>
    /// <param name="found">What is on record of all instances.</param>
    /// <returns>Null: there is nothing to gain.</returns>
    public Permits? Ask(Permits? found)
    {
        lock (_gate)
        {
            var now = timeProvider.GetUtcNow();
            var theirs = (found?.Taken ?? []).Where(taken => taken.Instance != _instance).ToList();
            var others = theirs
                .Where(taken => taken.Until > now)
                .Select(taken => taken.Until <= now + LongestHold ? taken : taken with { Until = now + LongestHold })
                .ToList();
            var inUse = InUse();
            var wanted = inUse + Ahead();
            var permits = Math.Max(inUse, Math.Min(wanted, limit - others.Sum(taken => taken.Count)));
            (_isRefused, _refused) = (permits < wanted, timeProvider.GetTimestamp());
            _othersFree = others.Count == 0 ? null : others.Min(taken => taken.Until);
            var isFresh = permits == 0 || (IsValid && timeProvider.GetElapsedTime(_renewed) < Validity / 2);
            if (permits == _permits && isFresh && others.SequenceEqual(theirs))
            {
                return null;
            }

            // Whatever becomes of the save: what is begun meanwhile might be on nobody's record.
            _permits = 0;
            _next = (permits, timeProvider.GetTimestamp());
            return new Permits([.. others, .. Own(permits, now)]) { ETag = found?.ETag };
        }
    }

    /// <summary>What <see cref="Ask"/> returned last is saved.</summary>
    public void Saved()
    {
        lock (_gate)
        {
            (_permits, _renewed) = _next;
            _begun = 0;
        }
    }

    // At running calls, or at calls that ended in the last minute. Under the lock, as all that follows.
    private int InUse()
    {
        while (_ended.TryPeek(out var ended) && BackIn(ended) <= TimeSpan.Zero)
        {
            _ended.Dequeue();
        }

        return _running + _ended.Count;
    }

    private TimeSpan BackIn(long ended) => Window - timeProvider.GetElapsedTime(ended);

    // How many to have beyond those in use: as many as the calls begun since the last time let expect until the next,
    // twice as many where that share did not last, less what comes back by itself. So an idle instance has one, and
    // a busy one soon has all it can use.
    private int Ahead()
    {
        var expected = IsValid ? 2 * _begun : _begun * Math.Min(1, Validity / timeProvider.GetElapsedTime(_renewed));
        var comingBack = _ended.Count(ended => BackIn(ended) <= Validity);
        var most = Math.Max(1, (int)(limit * (Validity / Window)));
        return (int)Math.Clamp(Math.Max(expected - comingBack, _begun / 8d) + 1, 1, most);
    }

    // What comes back while the share is valid may be used anew until it ends; what comes back later can't, and is
    // free for all even if we are dead by then.
    private IEnumerable<TakenPermits> Own(int permits, DateTimeOffset now)
    {
        var later = _ended
            .Select(BackIn)
            .Where(wait => wait > Validity)
            .GroupBy(wait => Math.Floor(wait / Validity) + 1)
            .Select(group => new TakenPermits(_instance, group.Count(), now + (group.Key * Validity) + ClockTolerance))
            .ToList();
        var held = permits - later.Sum(taken => taken.Count);
        return held == 0
            ? later
            : [new TakenPermits(_instance, held, now + Validity + longestCall + Window + ClockTolerance), .. later];
    }
}
